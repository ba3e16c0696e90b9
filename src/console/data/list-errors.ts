// Errors of lists that show empty rows while they are loaded.
import { ApiError } from '../../client/errors.ts';

/** The error takes the place of the page, unless there is something to show: then a banner says that it is not current. */
export const withoutData = {
  throwOnError: (error: Error, { state }: { state: { data: unknown } }) =>
    state.data === undefined || (error instanceof ApiError && error.status === 401),
};

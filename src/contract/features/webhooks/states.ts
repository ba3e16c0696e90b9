// Defines the closed sets of webhooks and their deliveries.

/** Reasons for a disabled webhook: by request, because the receiver responded with 410, or after days of nothing but failures. */
export const disableReasons = ['request', 'gone', 'failing'] as const;
export type DisableReason = (typeof disableReasons)[number];

export const deliveryStates = ['pending', 'succeeded', 'failed'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

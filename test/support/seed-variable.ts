/** The environment variable that sets the property tests' seed. */
export const seedVariable = 'SLIPWAY_TEST_SEED';

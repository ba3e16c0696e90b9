/** The environment variable that chooses the seed of the property tests. */
export const seedVariable = 'SLIPWAY_TEST_SEED';

/** Where chance comes from: VMACs, UUIDs, first message ids and jitter. Injected, so that a test can fix it. */
export interface Random {
  /** `count` random octets. */
  readonly octets: (count: number) => Uint8Array
  /** A number in [0, 1). */
  readonly fraction: () => number
}

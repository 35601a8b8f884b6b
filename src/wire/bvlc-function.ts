/** The function octet of each BVLC-SC message (clause AB.2). */
export const BvlcFunction = {
  'BVLC-Result': 0x00,
  'Encapsulated-NPDU': 0x01,
  'Address-Resolution': 0x02,
  'Address-Resolution-ACK': 0x03,
  Advertisement: 0x04,
  'Advertisement-Solicitation': 0x05,
  'Connect-Request': 0x06,
  'Connect-Accept': 0x07,
  'Disconnect-Request': 0x08,
  'Disconnect-ACK': 0x09,
  'Heartbeat-Request': 0x0a,
  'Heartbeat-ACK': 0x0b,
  'Proprietary-Message': 0x0c,
} as const

/** The standard's name of a BVLC-SC message; also the `_tag` of its decoded value. */
export type BvlcFunctionName = keyof typeof BvlcFunction

/** One row of the table of functions: what a message of this function may carry. */
export interface FunctionRule {
  readonly name: BvlcFunctionName
  /** It never leaves its connection: no VMAC may be in its header. */
  readonly connectionOnly: boolean
  /** It answers another message; nothing is ever sent in answer to it. */
  readonly response: boolean
  readonly dataOptions: boolean
  /** Fewest and most octets of payload. */
  readonly payload: readonly [least: number, most: number]
}

const ANY = Number.POSITIVE_INFINITY

const rule = (
  name: BvlcFunctionName,
  where: 'connection' | 'switchable',
  response: boolean,
  dataOptions: boolean,
  payload: readonly [number, number],
): FunctionRule => ({ name, connectionOnly: where === 'connection', response, dataOptions, payload })

const rules: readonly FunctionRule[] = [
  //                                  reaches       response dataOpts payload
  rule('BVLC-Result', /*           */ 'switchable', true, false, [2, ANY]),
  rule('Encapsulated-NPDU', /*     */ 'switchable', false, true, [1, ANY]),
  rule('Address-Resolution', /*    */ 'switchable', false, false, [0, 0]),
  rule('Address-Resolution-ACK', /**/ 'switchable', true, false, [0, ANY]),
  rule('Advertisement', /*         */ 'switchable', false, false, [6, 6]),
  rule('Advertisement-Solicitation', 'switchable', false, false, [0, 0]),
  rule('Connect-Request', /*       */ 'connection', false, false, [26, 26]),
  rule('Connect-Accept', /*        */ 'connection', true, false, [26, 26]),
  rule('Disconnect-Request', /*    */ 'connection', false, false, [0, 0]),
  rule('Disconnect-ACK', /*        */ 'connection', true, false, [0, 0]),
  rule('Heartbeat-Request', /*     */ 'connection', false, false, [0, 0]),
  rule('Heartbeat-ACK', /*         */ 'connection', true, false, [0, 0]),
  rule('Proprietary-Message', /*   */ 'switchable', false, false, [3, ANY]),
]

/** The rule of a function octet; `undefined` for the unassigned ones, 0x0D to 0xFF. */
export const functionRule = (octet: number): FunctionRule | undefined => rules[octet]

import { parseMarble, type MarbleFile } from '../../src/testing/index.js'

/** The text of a file with these lines. */
export const text = (...lines: readonly string[]): string => lines.join('\n')

export const heartbeat = text(
  '% Silence makes the initiating peer probe; an answer calms it;',
  '% further silence is a lost peer.',
  '% column = 30s',
  '% m = Encapsulated-NPDU, k = Heartbeat-ACK, p = probe (send Heartbeat-Request, once)',
  '% x = lost',
  '',
  '  --m--m-----------k  ',
  'title = rx',
  '^------------------------------------!',
  'title = rx subscription',
  '',
  '> heartbeat(300 s, calm)',
  '',
  '---------------p-----------p---------(x|)',
  'title = signal',
)

/** One input `in` of a and b, one output `out`, a column of 10 ms. */
export const small = (input: string, operator: string, output: string, ...more: readonly string[]): MarbleFile =>
  parseMarble(
    text(
      '% Small.',
      '% column = 10ms',
      '% a = first, b = second',
      input,
      'title = in',
      `> ${operator}`,
      output,
      'title = out',
      ...more,
    ),
  )

import { map } from 'rxjs'
import type { CertificateEvent } from '../../src/sc/certificate/certificate.js'
import { expiryNotices } from '../../src/sc/certificate/expiry.js'
import { durationMs, type MarbleOperator } from '../../src/testing/index.js'
import { readArgs } from './marble-operators-args.js'

const symbols: Readonly<Record<string, string>> = { 30: 'm', 7: 'w', 3: 's', 1: 'd' }

const symbolOf = ({ state, message }: CertificateEvent): string =>
  state === 'expired' ? 'x' : (symbols[/in (\d+) day/.exec(message)?.[1] ?? ''] ?? '?')

/** What is told of certificates, by name, that end in so long. */
export const expiryNoticesOperator: MarbleOperator = ({ args, scheduler }) =>
  Object.fromEntries(
    [...readArgs(args)].map(([name, until]) => {
      const item = { what: 'the certificate', subject: name, expiresAt: durationMs(until) } as const
      return [name, expiryNotices([item], scheduler).pipe(map(symbolOf))]
    }),
  )

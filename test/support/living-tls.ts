import { BehaviorSubject } from 'rxjs'
import type { TlsMaterial } from '../../src/io/tls.js'
import { createAuthority, issueCertificate, type Authority } from '../../src/pki/lab-authority.js'
import { revocationList } from '../../src/pki/lab-revocation.js'

/** An authority of a test, and what it issues. */
export interface TestAuthority {
  readonly authority: Authority
  /** Material of a new device, with a list where one is given. */
  readonly issue: (name: string, crl?: string) => Promise<TlsMaterial>
  /** The next list, with these certificates on it besides those before. */
  readonly revoke: (...certificates: readonly string[]) => Promise<string>
  /** A list that is past its time. */
  readonly expiredList: () => Promise<string>
}

/** Makes an authority. */
export const testAuthority = async (name = 'living lab'): Promise<TestAuthority> => {
  const authority = await createAuthority(name)
  let previous: string | undefined
  return {
    authority,
    issue: async (device, crl) => {
      const { certificate, privateKey } = await issueCertificate(authority, device)
      const material = { ca: [authority.certificate], cert: certificate, key: privateKey }
      return crl === undefined ? material : { ...material, crl: [crl] }
    },
    revoke: async (...certificates) => {
      for (const certificate of [undefined, ...certificates]) {
        previous = await revocationList(authority, { previous, certificate, days: 60 })
      }
      return previous ?? ''
    },
    expiredList: () =>
      revocationList(
        authority,
        { previous: undefined, certificate: undefined, days: 1 },
        () => new Date(Date.now() - 3 * 86_400_000),
      ).catch(() => ''),
  }
}

/** Material that a test changes while it is in use. */
export const changing = (first: TlsMaterial): BehaviorSubject<TlsMaterial> => new BehaviorSubject(first)

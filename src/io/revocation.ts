import * as E from 'fp-ts/lib/Either.js'
import { verify, type X509Certificate } from 'node:crypto'
import { decodeRevocationList, serialNumber, type RevocationList } from '../wire/revocation-list.js'

/** The certificate revocation lists in use: the newest one of each issuer that has one. */
export type Revocation = ReadonlyMap<X509Certificate, RevocationList>

/** The digests of the signature algorithms that are known, by the hex of their object identifiers; Ed has none. */
const DIGESTS: ReadonlyMap<string, string | null> = new Map([
  ['2a8648ce3d040302', 'sha256'],
  ['2a8648ce3d040303', 'sha384'],
  ['2a8648ce3d040304', 'sha512'],
  ['2a864886f70d01010b', 'sha256'],
  ['2a864886f70d01010c', 'sha384'],
  ['2a864886f70d01010d', 'sha512'],
  ['2b6570', null],
  ['2b6571', null],
])

/**
 * Reads lists, each a PEM text with one or several, or DER, and finds out whose they are by their signature: the issuer's
 * key is what counts, as there is no comparing of names without all of X.500. A list of nobody we trust is refused, since
 * its file was given for a reason.
 */
export const readRevocation = (
  texts: readonly (string | Uint8Array)[],
  issuers: readonly X509Certificate[],
): E.Either<string, Revocation> => {
  const newest = new Map<X509Certificate, RevocationList>()
  for (const text of texts) {
    const ders = typeof text === 'string' ? fromPem(text) : [text]
    if (ders.length === 0) return E.left('a CRL is neither PEM nor DER')
    for (const der of ders) {
      const list = decodeRevocationList(der)
      if (E.isLeft(list)) return E.left(`a CRL cannot be used: ${list.left}`)
      const { algorithm, thisUpdate } = list.right
      if (!DIGESTS.has(algorithm)) return E.left('a CRL is signed with an algorithm that is not known')
      const signers = issuers.filter(issuer => isSignedBy(list.right, issuer))
      if (signers.length === 0) return E.left('a CRL is not signed by a configured issuer')
      for (const signer of signers) {
        if (thisUpdate >= (newest.get(signer)?.thisUpdate ?? -Infinity)) newest.set(signer, list.right)
      }
    }
  }
  return E.right(newest)
}

const BLOCK = /-----BEGIN X509 CRL-----([^-]*)-----END X509 CRL-----/g

const fromPem = (text: string): readonly Uint8Array[] =>
  [...text.matchAll(BLOCK)].map(([, base64 = '']) => Buffer.from(base64, 'base64'))

const isSignedBy = ({ signed, algorithm, signature }: RevocationList, { publicKey }: X509Certificate): boolean => {
  try {
    return verify(DIGESTS.get(algorithm), signed, publicKey, signature)
  } catch {
    // A key of another kind than the algorithm's.
    return false
  }
}

/** Whether a list has that certificate, which its issuer signed. */
export const isListed = (certificate: X509Certificate, list: RevocationList | undefined): boolean =>
  list?.serials.has(serialNumber(certificate.serialNumber)) === true

import type { TlsMaterial } from '../../src/io/tls.js'
import { createAuthority, issueCertificate } from '../../src/pki/lab-authority.js'

/** TLS material for both ends of the bench, from an authority that is forgotten at once. */
export const benchCertificate = async (): Promise<TlsMaterial> => {
  const authority = await createAuthority('rx-bacnet bench authority')
  const { certificate, privateKey } = await issueCertificate(authority, 'rx-bacnet bench')
  return { ca: [authority.certificate], cert: certificate, key: privateKey }
}

import type { X509Certificate } from 'node:crypto'
import type { CertificateFacts } from '../sc/certificate/certificate.js'
import { serialNumber } from '../wire/revocation-list.js'

/** What is known of a certificate. */
export const certificateFacts = (certificate: X509Certificate): CertificateFacts => ({
  fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
  subject: subjectOf(certificate),
  serial: serialNumber(certificate.serialNumber),
  validTo: Date.parse(certificate.validTo),
})

/** Whose certificate it is, in one line. Node has a line for each part and escapes commas inside them. */
export const subjectOf = ({ subject }: X509Certificate): string =>
  ((subject as string | undefined) ?? '').replaceAll('\n', ',')

import type { CertificateEvent } from '../../transport/sc.js'
import type { Report } from '../output.js'

/** What happens to the certificates of a device, for programs and for people. */
export const reportCertificate = ({ state, message, subject, expiresAt }: CertificateEvent): Report => ({
  json: {
    event: 'certificate',
    state,
    message,
    subject,
    expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt).toISOString(),
  },
  text: `certificates: ${message}`,
})

/** What is known of a certificate that somebody has. */
export interface CertificateFacts {
  /** SHA-256 of its DER, as 64 hex digits in lower case. */
  readonly fingerprint: string
  /** Its subject, in one line: `CN=hub,O=lab`. */
  readonly subject: string
  /** Its serial number, as hex in lower case. */
  readonly serial: string
  /** When it ends, in milliseconds since 1970. */
  readonly validTo: number
}

/** What happens to the certificates of a device itself. */
export interface CertificateEvent {
  readonly _tag: 'Certificate'
  readonly state: CertificateState
  /** One plain sentence. */
  readonly message: string
  /** Whose it is and when it ends, in milliseconds since 1970, where it is about one of them. */
  readonly subject?: string
  readonly expiresAt?: number
}

/** What it is that happens. */
export type CertificateState =
  /** New material is in use for new connections; those that are there stay. */
  | 'reloaded'
  /** New material cannot be used; what was in use stays so. */
  | 'refused'
  /** The certificate, an issuer or a CRL ends soon, or has ended. */
  | 'expires'
  | 'expired'
  /** The own certificate is in use, but others will not trust it: revoked, or not signed by an issuer that is configured. */
  | 'doubtful'

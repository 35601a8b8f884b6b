import { cause, type Cause } from '../sc/connection/cause.js'
import { ErrorCode } from '../wire/error-code.js'

/** Why a WebSocket could not be opened, as an error code (clause AB.7.5.1, 8.5 of the protocol notes). */
export const connectFailure = (error: unknown): Cause => {
  const code = errorCodeOf(error)
  const message = error instanceof Error && error.message !== '' ? error.message : code
  return cause(bySystemCode(code) ?? byMessage(message) ?? ErrorCode.OTHER, message)
}

/** Why a server that answered with this HTTP status did not open a WebSocket. */
export const httpFailure = (status: number, statusText: string): Cause =>
  cause(byStatus(status), `the server answered HTTP ${status}${statusText === '' ? '' : ` ${statusText}`}`)

const errorCodeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : ''

const bySystemCode = (code: string): number | undefined => {
  switch (code) {
    case 'ENOTFOUND':
      return ErrorCode.DNS_NAME_RESOLUTION_FAILED
    case 'EAI_AGAIN':
      return ErrorCode.DNS_RESOLVER_FAILURE
    case 'ECONNREFUSED':
      return ErrorCode.TCP_CONNECTION_REFUSED
    case 'ETIMEDOUT':
      return ErrorCode.TCP_CONNECT_TIMEOUT
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return ErrorCode.IP_ADDRESS_NOT_REACHABLE
    case 'ECONNRESET':
    case 'EPIPE':
      return ErrorCode.TCP_CLOSED_OTHER
    case 'CERT_HAS_EXPIRED':
      return ErrorCode.TLS_SERVER_CERTIFICATE_EXPIRED
    case 'CERT_REVOKED':
      return ErrorCode.TLS_SERVER_CERTIFICATE_REVOKED
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'CERT_UNTRUSTED':
    case 'CERT_MISSING':
    case 'CRL_HAS_EXPIRED':
    case 'CRL_NOT_YET_VALID':
      return ErrorCode.TLS_SERVER_AUTHENTICATION_FAILED
    case 'CERT_NOT_YET_VALID':
    case 'CERT_SIGNATURE_FAILURE':
    case 'CERT_REJECTED':
    case 'INVALID_PURPOSE':
      return ErrorCode.TLS_SERVER_CERTIFICATE_ERROR
    case 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED':
    case 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA':
    case 'ERR_SSL_TLSV1_ALERT_ACCESS_DENIED':
      return ErrorCode.TLS_CLIENT_AUTHENTICATION_FAILED
    case 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED':
      return ErrorCode.TLS_CLIENT_CERTIFICATE_EXPIRED
    case 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED':
      return ErrorCode.TLS_CLIENT_CERTIFICATE_REVOKED
    case 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE':
    case 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN':
    case 'ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE':
      return ErrorCode.TLS_CLIENT_CERTIFICATE_ERROR
    default:
      if (code.startsWith('EAI_')) return ErrorCode.DNS_ERROR
      if (code.startsWith('HPE_')) return ErrorCode.HTTP_RESPONSE_SYNTAX_ERROR
      return /^ERR_(SSL|TLS)_|^EPROTO$/.test(code) ? ErrorCode.TLS_ERROR : undefined
  }
}

/** What `ws` says has no code; these are its sentences. */
const byMessage = (message: string): number | undefined => {
  if (/Sec-WebSocket|subprotocol/i.test(message)) return ErrorCode.HTTP_WEBSOCKET_HEADER_ERROR
  if (/Upgrade header/i.test(message)) return ErrorCode.HTTP_NO_UPGRADE
  if (/handshake has timed out/i.test(message)) return ErrorCode.HTTP_RESPONSE_TIMEOUT
  return undefined
}

const byStatus = (status: number): number => {
  switch (status) {
    case 404:
      return ErrorCode.HTTP_RESOURCE_NOT_LOCAL
    case 407:
      return ErrorCode.HTTP_PROXY_AUTHENTICATION_FAILED
    case 426:
      return ErrorCode.HTTP_UPGRADE_REQUIRED
    case 503:
      return ErrorCode.HTTP_TEMPORARY_UNAVAILABLE
    default:
      return ErrorCode.HTTP_UNEXPECTED_RESPONSE_CODE
  }
}

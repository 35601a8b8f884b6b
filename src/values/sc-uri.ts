import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import type { Brand } from './brand.js'
import { textCodec } from './text-codec.js'

/**
 * A WebSocket URI to dial: `wss://host[:port][/path]`, default port 443, any path (clause AB.7).
 * The scheme `ws` is read as well, because laboratories use it; who dials decides whether it is allowed.
 */
export type ScUri = Brand<string, 'ScUri'>

/** A URI to listen on: as {@link ScUri}, and port 0 picks a free one. */
export type ListenUri = Brand<string, 'ListenUri'>

/** The longest URI read; the longest that DNS and HTTP servers commonly take. */
const MAX_LENGTH = 2048

const parseUri = (text: string): E.Either<string, URL> => {
  if (text.length > MAX_LENGTH) return E.left(`a URI of ${text.length} characters is too long`)
  if (!/^wss?:\/\//i.test(text)) return E.left(`'${text}' does not start with wss://`)
  if (/\s/.test(text)) return E.left(`'${text}' contains white space, which ends a URI in a list of them`)
  if (!URL.canParse(text)) return E.left(`'${text}' is not a URI such as wss://hub.example:4443`)
  const url = new URL(text)
  if (url.username !== '' || url.password !== '')
    return E.left(`'${text}' carries credentials, which BACnet/SC has no use for`)
  if (url.hash !== '' || text.includes('#'))
    return E.left(`'${text}' carries a fragment, which a WebSocket URI cannot have`)
  return E.right(url)
}

/** Reads a URI to dial. */
export const parseScUri = (text: string): E.Either<string, ScUri> => {
  const url = parseUri(text)
  if (E.isLeft(url)) return url
  return url.right.port === '0' ? E.left(`'${text}' has port 0, which nobody can dial`) : E.right(text as ScUri)
}

/** Reads a URI to listen on. */
export const parseListenUri = (text: string): E.Either<string, ListenUri> => {
  const url = parseUri(text)
  return E.isLeft(url) ? url : E.right(text as ListenUri)
}

/** Whether a URI asks for a connection without TLS. */
export const isPlaintextUri = (uri: ScUri | ListenUri): boolean => /^ws:/i.test(uri)

/** The host of a URI without brackets, and its port. */
export const hostAndPort = (uri: ScUri | ListenUri): { readonly host: string; readonly port: number } => {
  const url = new URL(uri)
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (isPlaintextUri(uri) ? 80 : 443) : Number(url.port),
  }
}

const asTyped = (uri: string): string => uri

/** What people type for a hub or peer to dial. */
export const ScUriFromText: t.Type<ScUri, string> = textCodec('URI', parseScUri, asTyped)

/** What people type for an address to listen on. */
export const ListenUriFromText: t.Type<ListenUri, string> = textCodec('URI', parseListenUri, asTyped)

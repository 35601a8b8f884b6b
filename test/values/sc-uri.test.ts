import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import {
  hostAndPort,
  isPlaintextUri,
  ListenUriFromText,
  parseListenUri,
  parseScUri,
  ScUriFromText,
  type ScUri,
} from '../../src/values/sc-uri.js'
import { failureOf } from './io-ts-failure.js'

const uri = (text: string): ScUri => {
  const parsed = parseScUri(text)
  if (E.isLeft(parsed)) throw new Error(parsed.left)
  return parsed.right
}

describe('a URI to dial', () => {
  it.each([
    'wss://hub.example',
    'wss://hub.example:4443',
    'WSS://Hub.Example/',
    'wss://192.0.2.17:4443/dc',
    'wss://[2001:db8::17]:4443/dc?x=1',
    'ws://localhost:8080',
  ])('is kept as it was typed: %s', text => {
    expect(parseScUri(text)).toEqual(E.right(text))
  })

  it.each([
    ['', "'' does not start with wss://"],
    ['hub.example:4443', "'hub.example:4443' does not start with wss://"],
    ['https://hub.example', "'https://hub.example' does not start with wss://"],
    [' wss://hub.example', "' wss://hub.example' does not start with wss://"],
    ['wss://', "'wss://' is not a URI such as wss://hub.example:4443"],
    ['wss://hub.example:70000', "'wss://hub.example:70000' is not a URI such as wss://hub.example:4443"],
    ['wss://[2001:db8::17', "'wss://[2001:db8::17' is not a URI such as wss://hub.example:4443"],
    ['wss://me:secret@hub.example', 'carries credentials, which BACnet/SC has no use for'],
    ['wss://me@hub.example', 'carries credentials, which BACnet/SC has no use for'],
    ['wss://hub.example/#', 'carries a fragment, which a WebSocket URI cannot have'],
    ['wss://hub.example/#dc', 'carries a fragment, which a WebSocket URI cannot have'],
    ['wss://hub.example:0', "'wss://hub.example:0' has port 0, which nobody can dial"],
    [`wss://hub.example/${'x'.repeat(2031)}`, 'a URI of 2049 characters is too long'],
  ])('is not read from %j', (text, sentence) => {
    expect(parseScUri(text)).toEqual(E.left(expect.stringContaining(sentence)))
  })

  it.each(['wss://hub.example ', 'wss://hub.example/a b', 'wss://hub\n.example', 'wss://hub.example/\t'])(
    'has no white space, which ends it in a list of URIs: %j',
    text => {
      expect(parseScUri(text)).toEqual(E.left(expect.stringContaining('white space')))
    },
  )

  it('may be as long as 2048 characters', () => {
    expect(parseScUri(`wss://hub.example/${'x'.repeat(2030)}`)).toMatchObject({ _tag: 'Right' })
  })

  it('gives host and port as they went in', () => {
    const anyHost = fc.oneof(fc.domain(), fc.ipV4())
    fc.assert(
      fc.property(anyHost, fc.integer({ min: 1, max: 65535 }), fc.constantFrom('ws', 'wss'), (host, port, scheme) => {
        expect(hostAndPort(uri(`${scheme}://${host}:${port}/dc`))).toEqual({ host: host.toLowerCase(), port })
      }),
    )
  })

  it.each([
    ['wss://hub.example/dc', { host: 'hub.example', port: 443 }],
    ['ws://hub.example', { host: 'hub.example', port: 80 }],
    ['wss://[2001:db8::17]:4443', { host: '2001:db8::17', port: 4443 }],
    ['wss://[2001:DB8:0::17]', { host: '2001:db8::17', port: 443 }],
  ])('says where to dial: %s', (text, expected) => {
    expect(hostAndPort(uri(text))).toEqual(expected)
  })

  it('asks for TLS unless its scheme is ws', () => {
    expect(['ws://a', 'WS://a', 'wss://a', 'Wss://a'].map(uri).map(isPlaintextUri)).toEqual([true, true, false, false])
  })

  it('has an io-ts codec', () => {
    expect(ScUriFromText.decode('wss://hub.example')).toEqual(E.right('wss://hub.example'))
    expect(ScUriFromText.encode(uri('wss://hub.example'))).toBe('wss://hub.example')
    expect(failureOf(ScUriFromText, 'wss://hub.example:0')).toContain('port 0')
    expect(failureOf(ScUriFromText, new URL('wss://hub.example'))).toBe('URI must be text')
    expect(ScUriFromText.is('wss://hub.example')).toBe(true)
    expect(ScUriFromText.is('hub.example')).toBe(false)
  })
})

describe('a URI to listen on', () => {
  it('is any URI to dial, and may leave the port to chance', () => {
    expect(parseListenUri('wss://0.0.0.0:4443')).toEqual(E.right('wss://0.0.0.0:4443'))
    expect(parseListenUri('wss://[::]:0')).toEqual(E.right('wss://[::]:0'))
    expect(parseListenUri('0.0.0.0:4443')).toEqual(E.left("'0.0.0.0:4443' does not start with wss://"))
  })

  it('has an io-ts codec', () => {
    expect(ListenUriFromText.decode('wss://0.0.0.0:0')).toEqual(E.right('wss://0.0.0.0:0'))
    expect(failureOf(ListenUriFromText, '0.0.0.0')).toBe("'0.0.0.0' does not start with wss://")
    expect(failureOf(ListenUriFromText, undefined)).toBe('URI must be text')
  })
})

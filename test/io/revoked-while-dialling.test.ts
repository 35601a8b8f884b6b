import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import * as E from 'fp-ts/lib/Either.js'
import { BehaviorSubject, firstValueFrom, NEVER } from 'rxjs'
import { expect, it } from 'vitest'
import { checkTls, serverTls, type CheckedTls, type TlsMaterial } from '../../src/io/tls.js'
import { dialer } from '../../src/io/web-socket.js'
import { Subprotocol } from '../../src/sc/connection/socket.js'
import type { ScUri } from '../../src/values/sc-uri.js'
import { ErrorCode } from '../../src/wire/error-code.js'
import { testAuthority } from '../support/living-tls.js'

const checked = (material: TlsMaterial): CheckedTls => {
  const tls = checkTls(material)
  if (E.isLeft(tls)) throw new Error(tls.left)
  return tls.right
}

it('a server whose certificate is revoked while it is dialled is not trusted', async () => {
  const lab = await testAuthority()
  const hub = await lab.issue('hub')
  const node = await lab.issue('node')
  const revoked = checked({ ...node, crl: [await lab.revoke(hub.cert)] })
  const server = createServer({ ...checked(hub).context, ...serverTls }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const uri = `wss://127.0.0.1:${(server.address() as AddressInfo).port}` as ScUri
  const tls$ = new BehaviorSubject(checked(node))
  const outcome = firstValueFrom(dialer({ tls$, allowPlaintext: false })(uri, Subprotocol.HUB)(NEVER))
  tls$.next(revoked)
  expect(await outcome).toMatchObject({ _tag: 'Failed', errorCode: ErrorCode.TLS_SERVER_CERTIFICATE_REVOKED })
  server.close()
})

import * as E from 'fp-ts/lib/Either.js'
import { PassThrough } from 'node:stream'
import { NEVER, Subject } from 'rxjs'
import { expect, it } from 'vitest'
import { runDuplex } from '../../src/cli/run-duplex.js'
import { ms } from '../../src/values/duration.js'

it('a line of stdin after the end was asked for is answered, not swallowed', async () => {
  const stdout = new PassThrough({ encoding: 'utf8' })
  const line$ = new Subject<string>()
  const stop$ = new Subject<string>()
  const code = runDuplex<string, never>({
    duplex: () => NEVER,
    context: { env: {}, stdout, stderr: new PassThrough(), line$, stop$ },
    json: true,
    report: () => undefined,
    onLine: outbound => E.right({ _tag: 'Submit', outbound }),
    patience: ms(10),
  })
  line$.next('before')
  expect(stdout.read()).toBeNull()
  stop$.next('SIGTERM')
  line$.next('after')
  expect(JSON.parse(String(stdout.read()))).toEqual({ event: 'error', message: 'is ending' })
  expect(await code).toBe(0)
})

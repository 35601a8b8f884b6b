import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const README = readFileSync(join(ROOT, 'README.md'), 'utf8')

interface Block {
  readonly language: string
  readonly text: string
}

const blocks: readonly Block[] = [...README.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', text = '']) => ({ language, text }),
)

const blocksIn = (language: string): readonly string[] =>
  blocks.filter(block => block.language === language).map(({ text }) => text)

/** What each `js` block prints, in their order. */
const PRINTS = [
  /is connected/,
  /^the Who-Is was dropped: not connected$/m,
  /^Listening$/m,
  /^$/,
  /^127\.0\.2\.1:\d+ says 0120ffff00ff1008$/m,
  /^000007 says 01001000c4020000072205c491032100$/m,
  /^$/,
  /^$/,
  /^Listening$/m,
  /^FAILED_TO_CONNECT 194\nWAIT_PRIMARY to DELAYING$/m,
  /asks each minute, and tells who answers[^]*pass 1\b[^]*duration_ms \d{1,3}\./,
  /^$/,
  /^$/,
  /^$/,
] as const

describe('each code block of the README', () => {
  let folder = ''
  let port = 0
  const running = new Set<ChildProcess>()

  /** A project of a user, who has installed the package and has its command on the path. */
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rx-bacnet-readme-'))
    mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true })
    symlinkSync(ROOT, join(folder, 'node_modules', 'rx-bacnet'))
    symlinkSync(join(ROOT, 'node_modules', 'rxjs'), join(folder, 'node_modules', 'rxjs'))
    const main = join(ROOT, 'dist/cli/main.js')
    const shim = `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`
    writeFileSync(join(folder, 'node_modules', '.bin', 'rx-bacnet'), shim, { mode: 0o755 })
    port = await freePort()
  })
  afterAll(() => {
    for (const child of running) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })

  /** The block with a port that is free here. */
  const local = (text: string): string => text.replaceAll(':4443', `:${port}`).replaceAll(':47808', `:${port}`)

  /** Starts a program in the user's project and gathers what it prints. */
  const start = (
    command: string,
    args: readonly string[],
  ): { readonly child: ChildProcess; readonly text: () => string } => {
    const path = [join(folder, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter)
    const child = spawn(command, args, { cwd: folder, env: { ...process.env, PATH: path } })
    running.add(child)
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more))
    child.stderr.setEncoding('utf8').on('data', (more: string) => (text += more))
    return { child, text: () => text }
  }

  it('is of a language that is executed here', () => {
    expect(new Set(blocks.map(({ language }) => language))).toEqual(new Set(['sh', 'js', 'json', 'console', 'text']))
    expect(blocksIn('js')).toHaveLength(PRINTS.length)
  })

  it('sh: the two commands are scripts of the package, and CI runs the second', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>
    }
    const commands = [...(blocksIn('sh')[0] ?? '').matchAll(/^npm ci && npm (\w+)/gm)].map(([, name = '']) => name)
    expect(commands).toEqual(['start', 'test'])
    expect(scripts['start']).toMatch(/dist\/cli\/main\.js demo$/)
    expect(readFileSync(join(ROOT, '.ci/run'), 'utf8')).toMatch(/^npm ci\nnpm test$/m)
  })

  it('sh, then js: the lab is made, the hub listens, and the node connects to it', async () => {
    // What `npx` would find is on the path. The last line is the hub, which is ended by its process id.
    const lines = local(blocksIn('sh')[1] ?? '')
      .replaceAll('npx ', '')
      .trimEnd()
      .split('\n')
    const hub = start('sh', ['-ec', [...lines.slice(0, -1), `exec ${lines.at(-1) ?? ''}`].join('\n')])
    await vi.waitFor(() => expect(hub.text()).toMatch(/listens at wss/), { timeout: 15_000 })
    for (const text of blocksIn('sh').slice(2)) {
      const more = start('sh', ['-ec', text.replaceAll('npx ', '')])
      expect(await new Promise(resolve => more.child.once('close', resolve)), more.text()).toBe(0)
    }
    for (const [index, text] of blocksIn('js').entries()) {
      if (text.includes('[::1]') && !hasIpv6) continue
      const file = join(folder, `example-${index}.mjs`)
      writeFileSync(file, local(text))
      const example = start(process.execPath, [file])
      const ended = new Promise(resolve => example.child.once('close', resolve))
      const wanted = PRINTS[index] ?? /./
      await vi.waitFor(() => expect(example.text()).toMatch(wanted), { timeout: 15_000 })
      if (wanted.source === '^$') expect(await ended).toBe(0)
      example.child.kill('SIGKILL')
    }
    const gone = new Promise(resolve => hub.child.once('close', resolve))
    hub.child.kill('SIGTERM')
    expect(await gone).toBe(0)
  })

  it('console: shows what the command prints', () => {
    for (const text of blocksIn('console')) {
      const [line = '', ...shown] = text.trimEnd().split('\n')
      const args = line.replace('$ rx-bacnet ', '').split(' ')
      const printed = execFileSync(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...args], { encoding: 'utf8' })
      expect(shown).toEqual(printed.trimEnd().split('\n'))
    }
  })

  it('text: shows how the example test fails with another interval', async () => {
    const [from = '', to = ''] = /^With `(\w+)` for `(\w+)`/m.exec(README)?.slice(1).toReversed() ?? []
    const test = blocksIn('js').find(text => text.includes('node:test')) ?? ''
    expect(test).toContain(from)
    const file = join(folder, 'example-fails.mjs')
    writeFileSync(file, test.replace(from, to))
    const example = start(process.execPath, [file])
    expect(await new Promise(resolve => example.child.once('close', resolve))).toBe(1)
    const linesOf = (text: string): string =>
      text
        .split('\n')
        .map(line => line.trim())
        .filter(line => line !== '')
        .join('\n')
    const shown = blocksIn('text').find(text => text.includes('expected'))
    expect(linesOf(example.text())).toContain(linesOf(shown ?? 'a failure'))
  })

  it('text: the tree it shows is the tree there is', () => {
    const tree = blocksIn('text').find(text => text.startsWith('src/')) ?? ''
    const shown = [...tree.matchAll(/\b([a-z0-9]+)\//g)].map(([, room = '']) => room)
    const rooms = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter(entry => entry.isDirectory())
    expect(new Set(shown)).toEqual(new Set(['src', ...rooms.map(({ name }) => name)]))
  })
})

/** Containers often have no IPv6, not even `::1`. */
const hasIpv6 = Object.values(networkInterfaces()).some(found => found?.some(({ address }) => address === '::1'))

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const SRC = fileURLToPath(new URL('../src', import.meta.url))

/** What all data links stand on. */
const BELOW = ['values', 'wire', 'machine', 'limits', 'link']

/** The rooms of BACnet/SC, the lowest first: each may import those before it. */
const SC = ['sc/certificate', 'sc/connection', 'sc/hub', 'sc/node', 'sc/network-port']

/** The rooms of BACnet/IP and BACnet/IPv6; what Annex J has in common with Annex U is in `bvll`. */
const IP = ['bvll', 'ip', 'ip6']

/** The rooms of the network layer, the lowest first: each may import those before it. */
const NETWORK = [
  'network/link',
  'network/port',
  'network/route',
  'network/event',
  'network/transit',
  'network/messages',
  'network/node',
]

/** What whole internetworks in virtual time stand on, besides the library itself. */
const TESTING = ['testing/chance', 'testing/time', 'testing/paths', 'testing/sockets', 'testing/networks']

/** What all commands stand on. */
const COMMAND = ['values', 'wire', 'link', 'io', 'transport', 'index.ts', 'cli']

/** Files that are rooms of their own: they start the commands, which stand on what is beside these. */
const ALONE = ['cli/program.ts', 'cli/main.ts']

/** What each room may import, besides itself. Lower rooms never import higher ones; the list is in that order. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  values: [],
  wire: ['values'],
  machine: ['values'],
  limits: [],
  link: ['values', 'wire'],
  ...Object.fromEntries(SC.map((room, index) => [room, [...BELOW, ...SC.slice(0, index)]])),
  bvll: BELOW,
  ip: [...BELOW, 'bvll'],
  ip6: [...BELOW, 'bvll'],
  ...Object.fromEntries(NETWORK.map((room, index) => [room, [...BELOW, ...NETWORK.slice(0, index)]])),
  'network/link': [...BELOW, 'sc/connection', 'sc/node', 'bvll', 'ip', 'ip6'],
  'network/application': [...BELOW, 'network/event'],
  io: ['values', 'wire', 'limits', ...SC, ...IP],
  transport: [...BELOW, ...SC, ...IP, ...NETWORK, 'network/application', 'io'],
  'index.ts': ['values', 'link', 'transport'],
  'testing/chance': ['values'],
  'testing/time': ['values'],
  'testing/paths': ['values'],
  'testing/sockets': [...BELOW, ...SC, ...IP, 'testing/chance', 'testing/time', 'testing/paths'],
  'testing/networks': [...BELOW, ...SC, ...IP, 'testing/chance', 'testing/paths', 'testing/sockets'],
  'testing/internetwork': [...BELOW, ...SC, ...IP, ...NETWORK, 'transport', ...TESTING],
  'testing/marbles': [...BELOW, 'network/link', 'testing/time'],
  testing: ['values', 'wire', 'sc/connection', ...IP, ...TESTING, 'testing/internetwork', 'testing/marbles'],
  pki: ['values'],
  cli: ['values', 'link'],
  'cli/sc': [...COMMAND, ...SC],
  'cli/pki': [...COMMAND, 'pki'],
  'cli/demo': [...COMMAND, 'cli/sc', 'pki'],
  'cli/bvll': [...COMMAND, 'bvll'],
  'cli/ip': [...COMMAND, 'bvll', 'ip', 'cli/bvll'],
  'cli/ip6': [...COMMAND, 'bvll', 'ip6', 'cli/bvll'],
  'cli/box': [...COMMAND, 'network/link', 'network/event', 'cli/sc', 'cli/ip', 'cli/ip6'],
  'cli/program.ts': ['cli', 'cli/sc', 'cli/pki', 'cli/demo', 'cli/ip', 'cli/ip6', 'cli/box'],
  'cli/main.ts': ['cli/program.ts'],
}

/** Packages from outside, where not every room may use them. */
const OUTSIDE: Readonly<Record<string, readonly string[]>> = {
  rxjs: ['machine', 'limits', 'link', 'sc', 'bvll', 'ip', 'ip6', 'network', 'testing', 'io', 'transport', 'cli'],
  'fp-ts': ['values', 'wire', 'sc', 'ip', 'ip6', 'network', 'testing', 'io', 'transport', 'cli'],
  'io-ts': ['values', 'cli'],
  ws: ['io'],
  '@peculiar/x509': ['pki'],
  'reflect-metadata': ['pki'],
}

/** Modules of Node: the network and files belong to the edge. */
const NODE_MODULES: Readonly<Record<string, readonly string[]>> = {
  io: ['crypto', 'diagnostics_channel', 'http', 'https', 'net', 'tls', 'dgram', 'stream', 'fs', 'os'],
  cli: ['fs', 'os', 'path', 'process', 'readline', 'stream', 'url', 'util'],
  pki: ['crypto'],
}

interface Import {
  readonly file: string
  readonly room: string
  readonly target: string
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'))

const imports: readonly Import[] = files.flatMap(file =>
  [...readFileSync(join(SRC, file), 'utf8').matchAll(/(?:from\s+|import\()'([^']+)'/g)].map(([, target = '']) => ({
    file,
    room: roomOf(file),
    target,
  })),
)

function roomOf(file: string): string {
  if (ALONE.includes(file)) return file
  const folders = file.split('/').slice(0, -1)
  return folders.length === 0 ? file : folders.join('/')
}

const local = ({ file, target }: Import): string =>
  relative(SRC, normalize(join(SRC, dirname(file), target))).replace(/\.js$/, '.ts')

describe('the rooms of src', () => {
  it('are all named here, so that a new one must be given its place', () => {
    expect(new Set(files.map(roomOf))).toEqual(new Set(Object.keys(MAY_IMPORT)))
  })

  it('import only lower rooms', () => {
    const wrong = imports
      .filter(({ target }) => target.startsWith('.'))
      .filter(found => {
        const room = roomOf(local(found))
        return room !== found.room && MAY_IMPORT[found.room]?.includes(room) !== true
      })
      .map(found => `${found.file} imports ${local(found)}`)
    expect(wrong).toEqual([])
  })

  it('leave ws and the network modules of Node to io, and other packages to the rooms that need them', () => {
    const wrong = imports
      .filter(({ target }) => !target.startsWith('.'))
      .filter(({ room, target }) =>
        target.startsWith('node:')
          ? NODE_MODULES[room.split('/')[0] ?? room]?.includes(target.slice('node:'.length).split('/')[0] ?? '') !==
            true
          : OUTSIDE[packageOf(target)]?.includes(room.split('/')[0] ?? room) !== true,
      )
      .map(({ file, target }) => `${file} imports ${target}`)
    expect(wrong).toEqual([])
  })

  it('have no circle of files', () => {
    const graph = new Map(
      files.map(file => [
        file,
        imports.filter(found => found.file === file && found.target.startsWith('.')).map(local),
      ]),
    )
    const done = new Set<string>()
    const circles: string[] = []
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) {
        circles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
        return
      }
      if (done.has(file)) return
      for (const next of graph.get(file) ?? []) visit(next, [...path, file])
      done.add(file)
    }
    for (const file of files) visit(file, [])
    expect(circles).toEqual([])
  })

  it('take clock and chance from outside: only the edge names them', () => {
    const wrong = files
      .filter(file => !['io', 'cli', 'pki'].includes(roomOf(file).split('/')[0] ?? ''))
      .filter(file =>
        /Date\.now\(|new Date\(|performance\.|set(Timeout|Interval|Immediate)\(|Math\.random\(|random(Bytes|UUID)\(/.test(
          readFileSync(join(SRC, file), 'utf8'),
        ),
      )
    expect(wrong).toEqual([])
  })
})

function packageOf(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/')
}

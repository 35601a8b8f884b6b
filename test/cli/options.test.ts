import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { from, NEVER } from 'rxjs'
import { afterAll, describe, expect, expectTypeOf, it } from 'vitest'
import { commandGroup, defineCommand, runCommand, type Command, type Context } from '../../src/cli/command.js'
import { countFromText, HostFromText, lineFromText, PathFromText } from '../../src/cli/option-codecs.js'
import { operand, optional, repeatable, withDefault } from '../../src/cli/options.js'
import { printable, reportPrinter, toLines } from '../../src/cli/output.js'
import { tlsTable } from '../../src/cli/sc/tls-options.js'
import { columns, reasonOf } from '../../src/cli/usage.js'
import { DurationFromText, seconds, type Duration } from '../../src/values/duration.js'
import { ScUriFromText, type ScUri } from '../../src/values/sc-uri.js'

const folder = mkdtempSync(join(tmpdir(), 'rx-bacnet-options-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Writes a configuration file and gives its path. */
const file = (content: unknown, name = 'hub.json'): string => {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const collect = (): { stream: Writable; text: () => string } => {
  let text = ''
  const write = (chunk: Buffer, _: unknown, done: () => void): void => {
    text += chunk.toString()
    done()
  }
  return { stream: new Writable({ write }), text: () => text }
}

const seen: { options?: Record<string, unknown> } = {}

const hub = defineCommand({
  name: 'hub',
  summary: 'try options',
  options: {
    place: operand(PathFromText, { placeholder: 'PLACE', help: 'somewhere' }),
    heartbeat: withDefault(DurationFromText, '60', {
      placeholder: 'SECONDS',
      help: 'silence',
      range: { least: 3, most: 300, unit: 's' },
    }),
    maxConnections: withDefault(countFromText('number of nodes', 1, 1000), '1000', { placeholder: 'N', help: 'most' }),
    failover: optional(ScUriFromText, { placeholder: 'URI', help: 'other hub' }),
    directUri: repeatable(ScUriFromText, { placeholder: 'URI', help: 'advertised' }),
    ...tlsTable,
  },
  run: options => {
    expectTypeOf(options.place).toEqualTypeOf<string>()
    expectTypeOf(options.heartbeat).toEqualTypeOf<Duration>()
    expectTypeOf(options.maxConnections).toEqualTypeOf<number>()
    expectTypeOf(options.failover).toEqualTypeOf<ScUri | undefined>()
    expectTypeOf(options.directUri).toEqualTypeOf<readonly ScUri[]>()
    expectTypeOf(options.plaintext).toEqualTypeOf<boolean>()
    expectTypeOf(options.json).toEqualTypeOf<boolean>()
    seen.options = options
    return Promise.resolve(0)
  },
})

const start = async (command: Command, args: readonly string[], env: Context['env'] = {}) => {
  const [stdout, stderr] = [collect(), collect()]
  const context: Context = { env, stdout: stdout.stream, stderr: stderr.stream, line$: NEVER, stop$: NEVER }
  delete seen.options
  const code = await runCommand(command, args, context)
  return { code, out: stdout.text(), err: stderr.text(), ...seen }
}

/** Runs the hub command at a place. */
const run = (args: readonly string[], env?: Context['env']) => start(hub, ['here', ...args], env)

/** The one line that a wrong use is answered with. */
const fault = async (args: readonly string[], env?: Context['env']): Promise<string> => {
  const { code, err, out } = await run(args, env)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(/^rx-bacnet: [^\n]+\n$/)
  return err.slice('rx-bacnet: '.length, -1).replaceAll(folder, '')
}

describe('where values come from', () => {
  it('defaults', async () => {
    expect((await run([])).options).toEqual({
      place: 'here',
      heartbeat: seconds(60),
      maxConnections: 1000,
      failover: undefined,
      directUri: [],
      ca: [],
      crl: [],
      cert: undefined,
      key: undefined,
      plaintext: false,
      json: false,
      config: undefined,
    })
  })

  it('a flag before a variable before the configuration file', async () => {
    const args = ['--config', file({ heartbeat: 5, maxConnections: 6, failover: 'wss://file' })]
    const env = { RX_BACNET_HEARTBEAT: '7', RX_BACNET_MAX_CONNECTIONS: '8' }
    const { options } = await run([...args, '--heartbeat', '9'], env)
    expect(options).toMatchObject({ heartbeat: seconds(9), maxConnections: 8, failover: 'wss://file' })
  })

  it('the last of a repeated flag, in either form', async () => {
    const { options } = await run(['--heartbeat=4', '--heartbeat', '5', '--json', '--no-json'])
    expect(options).toMatchObject({ heartbeat: seconds(5), json: false })
  })

  it('lists: repeated flags, commas in a variable, arrays in a file; they do not add up', async () => {
    const config = file({ directUri: ['wss://c', 'wss://d'], ca: 'one.pem' })
    const inFile = await run(['--config', config])
    expect(inFile.options).toMatchObject({ directUri: ['wss://c', 'wss://d'], ca: [join(folder, 'one.pem')] })
    const env = { RX_BACNET_DIRECT_URI: 'wss://a, wss://b', RX_BACNET_CONFIG: config }
    expect((await run([], env)).options).toMatchObject({ directUri: ['wss://a', 'wss://b'] })
    const flags = ['--direct-uri', 'wss://x', '--direct-uri=wss://y']
    expect((await run(flags, env)).options).toMatchObject({ directUri: ['wss://x', 'wss://y'] })
  })

  it.each(['1', 'true', 'TRUE'])('switches: %s is on, and a flag can turn it off', async on => {
    expect((await run([], { RX_BACNET_JSON: on })).options).toMatchObject({ json: true })
    expect((await run(['--no-json'], { RX_BACNET_JSON: on })).options).toMatchObject({ json: false })
    expect((await run(['--json=0'], { RX_BACNET_JSON: on })).options).toMatchObject({ json: false })
  })

  it('an empty variable is unset', async () => {
    expect((await run([], { RX_BACNET_HEARTBEAT: '', RX_BACNET_CA: ' ' })).options).toMatchObject({ ca: [] })
  })

  it('numbers, text and booleans in a file', async () => {
    const config = file({ heartbeat: '0.5', maxConnections: 3, json: true, plaintext: '1' })
    const { options } = await run(['--config', config])
    expect(options).toMatchObject({ heartbeat: seconds(0.5), maxConnections: 3, json: true, plaintext: true })
  })

  it('tls in a file as an object, its paths counted from the folder of the file', async () => {
    const config = file({ tls: { ca: ['ca.pem', '/abs/ca.pem'], cert: './hub.pem' }, key: 'hub.key' })
    const { options } = await run(['--config', config])
    expect(options).toMatchObject({
      ca: [join(folder, 'ca.pem'), '/abs/ca.pem'],
      cert: join(folder, 'hub.pem'),
      key: join(folder, 'hub.key'),
    })
  })

  it('a file with a byte order mark', async () => {
    expect((await run(['--config', file('\uFEFF{"heartbeat":5}')])).options).toMatchObject({ heartbeat: seconds(5) })
  })
})

describe('what is wrong is named', () => {
  it.each<[args: readonly string[], env: Context['env'], line: string]>([
    [['--heartbeat', 'abc'], {}, "--heartbeat: 'abc' is not a number of seconds"],
    [['--heartbeat', '-1'], {}, "--heartbeat: '-1' is not a number of seconds"],
    [['--heartbeat', '9\n9'], {}, "--heartbeat: '9 9' is not a number of seconds"],
    [[], { RX_BACNET_HEARTBEAT: 'abc' }, "RX_BACNET_HEARTBEAT: 'abc' is not a number of seconds"],
    [[], { RX_BACNET_JSON: 'yes' }, "RX_BACNET_JSON: 'yes' is not one of 1, 0, true and false"],
    [['--max-connections', '1001'], {}, "--max-connections: '1001' is not a number of nodes from 1 to 1000"],
    [['--hartbeat', '1'], {}, 'unknown option --hartbeat; try: rx-bacnet hub --help'],
    [['--no-heartbeat'], {}, 'unknown option --no-heartbeat; try: rx-bacnet hub --help'],
    [['-x'], {}, 'unknown option -x; try: rx-bacnet hub --help'],
    [['--heartbeat'], {}, '--heartbeat needs a value; try: rx-bacnet hub --help'],
    [['--cert', '--json'], {}, '--cert needs a value; try: rx-bacnet hub --help'],
    [['--no-json=1'], {}, '--no-json takes no value; try: rx-bacnet hub --help'],
    [['there'], {}, "'there' is one argument too many; try: rx-bacnet hub --help"],
    [['--cert='], {}, "--cert: '' is not a path"],
    [['--config', '/nowhere/hub.json'], {}, '/nowhere/hub.json: no such file or directory'],
  ])('%j %j', async (args, env, line) => {
    expect(await fault(args, env)).toBe(line)
  })

  it.each<[content: unknown, line: string]>([
    [{ heartbeat: 'abc' }, "/hub.json: heartbeat: 'abc' is not a number of seconds"],
    [{ heartbeat: true }, "/hub.json: heartbeat: 'true' is not a number of seconds"],
    [{ heartbeat: null }, '/hub.json: heartbeat: must be SECONDS'],
    [{ heartbeat: [1, 2] }, '/hub.json: heartbeat: must be SECONDS'],
    [{ maxConnections: 1.5 }, "/hub.json: maxConnections: '1.5' is not a number of nodes from 1 to 1000"],
    [{ 'max-connections': 1 }, '/hub.json: max-connections: unknown key'],
    [{ config: 'x' }, '/hub.json: config: unknown key'],
    [{ place: 'x' }, '/hub.json: place: unknown key'],
    [{ constructor: 'x' }, '/hub.json: constructor: unknown key'],
    ['{"__proto__": 1}', '/hub.json: __proto__: unknown key'],
    [{ directUri: ['wss://a', 'b'] }, "/hub.json: directUri[1]: 'b' does not start with wss://"],
    [{ tls: { ca: ['a', 1, {}] } }, '/hub.json: tls.ca[1]: must be text'],
    [{ ca: [1] }, '/hub.json: ca[0]: must be text'],
    [{ cert: true }, '/hub.json: cert: must be text'],
    [{ directUri: ['wss://a', {}] }, '/hub.json: directUri[1]: must be URI'],
    [{ tls: { plaintext: true } }, '/hub.json: tls.plaintext: unknown key'],
    [{ tls: { tls: {} } }, '/hub.json: tls.tls: unknown key'],
    [{ tls: 'x' }, '/hub.json: tls: must be an object'],
    [{ cert: 'a', tls: { cert: 'b' } }, '/hub.json: tls.cert: is given twice'],
    [[], '/hub.json: must be an object'],
  ])('%j', async (content, line) => {
    expect(await fault(['--config', file(content)])).toBe(line)
  })

  it('a file that is not JSON, in one line', async () => {
    expect(await fault(['--config', file('{\n"heartbeat":\nabc\n}')])).toMatch(/^\/hub\.json: Unexpected token/)
  })

  it('a wrong value in the file even where a flag wins over it', async () => {
    const config = file({ heartbeat: 'abc' })
    expect(await fault(['--config', config, '--heartbeat', '5'])).toContain("heartbeat: 'abc'")
  })

  it('an operand that is missing', async () => {
    const missing = await start(hub, [])
    expect(missing).toMatchObject({ code: 2, err: 'rx-bacnet: PLACE is missing; try: rx-bacnet hub --help\n' })
  })
})

describe('values that the standard does not allow', () => {
  it('are taken with one warning', async () => {
    const { code, err, options } = await run(['--heartbeat', '0.5'])
    expect({ code, err }).toEqual({
      code: 0,
      err: "rx-bacnet: warning: --heartbeat: 0.5 s is outside the standard's 3 to 300 s\n",
    })
    expect(options).toMatchObject({ heartbeat: seconds(0.5) })
  })

  it('name their source', async () => {
    expect((await run([], { RX_BACNET_HEARTBEAT: '301' })).err).toContain('warning: RX_BACNET_HEARTBEAT: 301 s')
    expect((await run(['--config', file({ heartbeat: 1 })])).err).toContain('hub.json: heartbeat: 1 s')
  })

  it.each(['3', '300'])('begin outside of %s', async heartbeat => {
    expect((await run(['--heartbeat', heartbeat])).err).toBe('')
  })

  it('do not matter where another value wins', async () => {
    expect((await run(['--heartbeat', '5'], { RX_BACNET_HEARTBEAT: '0.5' })).err).toBe('')
  })
})

describe('--help', () => {
  it('lists options with defaults and variables, whatever else is wrong', async () => {
    const { code, out, err } = await start(hub, ['--bogus', '-h', 'a', 'b'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.split('\n').slice(0, 10)).toEqual([
      'Usage: rx-bacnet hub PLACE [OPTION…]',
      '',
      'Try options.',
      '',
      'Arguments:',
      '  PLACE  somewhere',
      '',
      'Options:',
      '  --heartbeat SECONDS  RX_BACNET_HEARTBEAT        silence (standard: 3 to 300 s; default: 60)',
      '  --max-connections N  RX_BACNET_MAX_CONNECTIONS  most (default: 1000)',
    ])
    expect(out).toMatch(/ {2}--ca FILE +RX_BACNET_CA +PEM certificate of an issuer to trust \(repeatable\)\n/)
  })

  it('leaves out empty columns', () => {
    expect(
      columns([
        ['a', '', 'x'],
        ['bb', '', ''],
      ]),
    ).toEqual(['a   x', 'bb'])
  })
})

describe('a group of commands', () => {
  const group = commandGroup('', 'all of it', { hub: () => Promise.resolve({ command: hub }) })

  it('runs the one that is called', async () => {
    expect((await start(group, ['hub', 'there'])).options).toMatchObject({ place: 'there' })
  })

  it('lists them', async () => {
    const { code, out } = await start(group, ['--help'])
    expect(code).toBe(0)
    expect(out).toContain('\nCommands:\n  hub  try options\n')
  })

  it.each([
    [['hubb'], 'unknown command hubb; try: rx-bacnet --help'],
    [['constructor'], 'unknown command constructor; try: rx-bacnet --help'],
    [['--bogus'], 'unknown option --bogus; try: rx-bacnet --help'],
    [[], 'which command: hub? try: rx-bacnet --help'],
  ])('refuses %j', async (args, line) => {
    expect(await start(group, args)).toEqual({ code: 2, out: '', err: `rx-bacnet: ${line}\n` })
  })
})

describe('an error of a command', () => {
  const failing = (error: Error) =>
    defineCommand({ name: 'fail', summary: 'fail', options: {}, run: () => Promise.reject(error) })

  it('is one line and exit code 1', async () => {
    expect(await start(failing(new Error('it\n broke')), [])).toEqual({
      code: 1,
      out: '',
      err: 'rx-bacnet: it broke\n',
    })
  })

  it('has a stack trace only when asked for', async () => {
    expect((await start(failing(new Error('broke')), [], { RX_BACNET_DEBUG: '1' })).err).toContain('options.test.ts')
  })

  it('is exit code 2 where the operating system refuses an address', async () => {
    const details = { code: 'EADDRINUSE', errno: -98, syscall: 'listen', address: '127.0.0.1', port: 4443 }
    const error = Object.assign(new Error('listen EADDRINUSE: address already in use 127.0.0.1:4443'), details)
    const { code, err } = await start(failing(error), [])
    expect({ code, err }).toEqual({ code: 2, err: `rx-bacnet: 127.0.0.1:4443: ${reasonOf(error)}\n` })
  })
})

describe('codecs', () => {
  it.each([
    [countFromText('port', 0, 65_535), ['0', '65535'], ['65536', '-1', '1.5', '', '1e3']],
    [
      HostFromText,
      [
        'localhost',
        '::1',
        '::ffff:10.0.0.1',
        'fd00:0:0:0:0:0:0:1',
        '10.0.0.1',
        '255.255.255.255',
        'hub-a.example',
        '1a',
      ],
      [
        '',
        '10.0.0.256',
        '10.0.0',
        '10.0.0.01',
        '1.2.3.4.',
        '5',
        'a b',
        '[::1]',
        '::1::',
        ':',
        'fe80::1%lo',
        '-a',
        'a..b',
      ],
    ],
    [lineFromText('name', 4), ['a b', 'é'], ['', ' ', 'a\nb', 'abcde']],
    [PathFromText, ['a', './a b'], ['', 'a\0']],
  ] as const)('%o', (codec, good, bad) => {
    const accepted = (text: string): boolean => codec.decode(text)._tag === 'Right'
    expect([...good, ...bad].filter(accepted)).toEqual(good)
  })
})

describe('what a command prints', () => {
  const report = { json: { event: 'x', npdu: '01' }, text: 'one\ntwo \u001b[2J' }

  it('is one JSON object a line, or text that cannot drive a terminal', () => {
    const [lines, text] = [collect(), collect()]
    reportPrinter(lines.stream, true)(report)
    reportPrinter(text.stream, false)(report)
    expect(lines.text()).toBe('{"event":"x","npdu":"01"}\n')
    expect(text.text()).toBe('one\ntwo \\u001b[2J\n')
    expect(printable('\u009b\u2028é')).toBe('\\u009b\\u2028é')
  })

  it('is dropped beyond a bound while nobody reads, and the count told later', async () => {
    const stream = new PassThrough()
    const print = reportPrinter(stream, true, 1 << 20)
    const big = { json: { filler: 'x'.repeat(10_000) }, text: '' }
    for (let count = 0; count < 1000; count++) print(big)
    expect(stream.writableLength + stream.readableLength).toBeLessThan(1_200_000)
    const lines = linesOf(await readAvailable(stream)).map(line => JSON.parse(line) as Record<string, unknown>)
    const printed = lines.filter(line => 'filler' in line).length
    expect(lines.at(-1)).toEqual({ event: 'output-dropped', count: 1000 - printed })
    print(report)
    expect(String(stream.read())).toBe('{"event":"x","npdu":"01"}\n')
  })

  it('is nothing once the stream is closed', () => {
    const { stream, text } = collect()
    stream.destroy()
    reportPrinter(stream, true)(report)
    expect(text()).toBe('')
  })
})

const readAvailable = async (stream: PassThrough): Promise<string> => {
  let text = ''
  stream.setEncoding('utf8').on('data', (piece: string) => (text += piece))
  for (let turn = 0; turn < 10; turn++) await new Promise(resolve => setImmediate(resolve))
  stream.pause().removeAllListeners('data')
  return text
}

const linesOf = (...pieces: readonly string[]): readonly string[] => {
  const lines: string[] = []
  toLines(from(pieces)).subscribe(line => lines.push(line))
  return lines
}

describe('lines of stdin', () => {
  it('come out of any pieces', () => {
    expect(linesOf('a\nb', 'c\r', '\n\nd')).toEqual(['a', 'bc', '', 'd'])
    expect(linesOf('a\n')).toEqual(['a'])
  })

  it('are cut where they have no end', () => {
    const piece = 'x'.repeat(600_000)
    const [long, next] = linesOf(piece, piece, piece, piece, '\nnext\n')
    expect(long?.length).toBe(1_200_000)
    expect(next).toBe('next')
  })
})

import { Writable } from 'node:stream'
import { defineCommand, warn, type Command, type Context } from '../command.js'
import { PathFromText } from '../option-codecs.js'
import { optionalOperand, toggle } from '../options.js'
import { reportPrinter } from '../output.js'
import { UsageError } from '../usage.js'
import { boxSchema } from './box-schema.js'
import { readBox, type Box } from './box.js'
import { runBox } from './run-box.js'

/** `rx-bacnet run`: runs a box. */
export const command: Command = defineCommand({
  name: 'run',
  summary: 'run a whole box from one file: ports, hubs, and a router between them',
  options: {
    file: optionalOperand(PathFromText, {
      placeholder: 'CONFIG',
      help: 'JSON file that describes the box; its paths count from its folder. SIGHUP has it read again',
    }),
    check: toggle('only see whether the file is right and the files that it names are there, and exit'),
    schema: toggle('print the JSON Schema of such files, and exit'),
  },
  run: async ({ file, check, schema, json }, context) => {
    if (schema) {
      context.stdout.write(`${JSON.stringify(boxSchema(), undefined, 2)}\n`)
      return 0
    }
    if (file === undefined) throw new UsageError('CONFIG is missing; try: rx-bacnet run --help')
    if (check) {
      const box = checkedBox(file, context, context)
      reportPrinter(context.stdout, json)(rightReport(file, box))
      return 0
    }
    const read = (): Box => checkedBox(file, context, { ...context, stderr: nowhere() })
    return runBox({ box: read(), read, json, context })
  },
})

/** Reads a box and the files that it names, and checks all of them; opens nothing. What ports warn of goes to `quiet`. */
const checkedBox = (file: string, context: Context, quiet: Context): Box => {
  const box = readBox(file, line => warn(context, line))
  for (const port of box.ports.values()) port.make({ ...quiet, subject: port.name }, () => undefined).check()
  return box
}

/** Ports warn again when they are opened. */
const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() })

const rightReport = (
  file: string,
  { ports, router }: Box,
): { readonly json: Readonly<Record<string, unknown>>; readonly text: string } => ({
  json: { event: 'checked', file, ports: [...ports.keys()], router: router?.ports },
  text: `${file}: is right: ${[...ports.values()].map(({ name, type }) => `${name} (${type})`).join(', ')}`,
})

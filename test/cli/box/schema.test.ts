import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boxSchema } from '../../../src/cli/box/box-schema.js'
import { PORT_KINDS } from '../../../src/cli/box/port-kinds.js'
import { boxFolder, type BoxFolder } from '../../support/box-cli.js'
import { EXAMPLES } from '../../support/box-examples.js'
import { faultsOf } from '../../support/json-schema.js'
import { labFolder, type LabFolder } from '../../support/lab-folder.js'

let lab: LabFolder
let folder: BoxFolder
beforeAll(async () => {
  lab = await labFolder(['hub', 'node'])
  folder = boxFolder(lab.path)
})
afterAll(() => lab.remove())

const schema = boxSchema()
const faults = (box: unknown): readonly string[] => faultsOf(schema, box)

const floor = { name: 'floor', type: 'ip' }
const router = (more: object) => ({ ports: [floor], router: { ports: ['floor', 'lab'], ...more } })

describe('the examples of the README', () => {
  it.each(EXAMPLES)('%#: are right, to --check and to the schema', async text => {
    expect(await folder.fault(text)).toBeUndefined()
    expect(faults(JSON.parse(text))).toEqual([])
  })

  it('are three', () => {
    expect(EXAMPLES).toHaveLength(3)
  })
})

describe('the schema', () => {
  it('is the one that the command prints, and survives JSON', () => {
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema)
  })

  it('has every option of every kind of port, with what it is for and its default', () => {
    const defs = schema['$defs'] as Record<string, { properties: Record<string, Record<string, unknown>> }>
    for (const [type, { options }] of Object.entries(PORT_KINDS)) {
      for (const [key, { help, fallback }] of Object.entries(options)) {
        const property = defs[type]?.properties[key]
        expect(String(property?.['description']), `${type}.${key}`).toContain(help)
        expect(property?.['default']?.toString()).toBe(fallback)
      }
    }
  })

  it.each<[box: unknown]>([
    [{ ports: [floor] }],
    [{ $schema: 'x', ports: [{ ...floor, bdt: 'one', bbmd: true, acceptForeign: 'yes', id: 255 }] }],
    [{ ports: [{ name: 'a', type: 'sc-node', heartbeat: 0.5, tls: { ca: 'ca.pem' } }] }],
    [{ ports: [{ name: 'a', type: 'sc-hub', ca: ['ca.pem'], identity: 'pin' }] }],
    [router({ routes: [{ network: 1, port: 'floor', via: 'x' }], apart: [['floor', 'lab']] })],
  ])('finds nothing wrong with %j', box => {
    expect(faults(box)).toEqual([])
  })

  it.each<[box: unknown]>([
    [[]],
    [{}],
    [{ ports: [] }],
    [{ ports: [{ name: 'a' }] }],
    [{ ports: [{ name: 'a b', type: 'ip' }] }],
    [{ ports: [{ ...floor, type: 'mstp' }] }],
    [{ ports: [{ ...floor, network: 65_535 }] }],
    [{ ports: [{ ...floor, hub: 'wss://a' }] }],
    [{ ports: [{ ...floor, bbmd: 'yes' }] }],
    [{ ports: [{ ...floor, ttl: 0 }] }],
    [{ ports: [{ ...floor, acceptForeign: 'maybe' }] }],
    [{ ports: [{ ...floor, bdt: [{}] }] }],
    [{ ports: [{ name: 'a', type: 'sc-hub', network: 4 }] }],
    [{ ports: [{ name: 'a', type: 'sc-node', heartbeat: 0 }] }],
    [{ ports: [{ name: 'a', type: 'sc-node', tls: { cart: 'x' } }] }],
    [{ ports: [floor], rooter: {} }],
    [router({ ports: ['floor'] })],
    [router({ routes: [{ network: 1, port: 'floor' }] })],
    [router({ learnFromTraffic: 'yes' })],
  ])('refuses %j', async box => {
    expect(faults(box)).not.toEqual([])
    expect(await folder.fault(box)).toBeDefined()
  })
})

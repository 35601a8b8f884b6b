import { ms, seconds, type Duration } from '../../../src/values/duration.js'
import type { ScriptedFault } from '../../../src/testing/index.js'
import type { Burst, Ip6Seat, IpSeat, Plan, ScSeat } from './plan.js'

/** When all is well again in the small plan, and nothing may go wrong any more. */
export const CALM_FROM: Duration = seconds(1100)

/** A plan with something of everything: two hubs, two subnets with BBMDs and a foreign device, many VMACs, two boxes. */
export const smallPlan = (script: readonly ScriptedFault[] = STORM, bursts: readonly Burst[] = []): Plan => ({
  seed: 7,
  networks: [
    {
      kind: 'sc',
      number: 1,
      hubs: ['hub-1a', 'hub-1b'],
      seats: [1, 2, 3].map(index => scSeat(`node-1-${index}`, index, index === 2)),
    },
    {
      kind: 'ip',
      number: 2,
      bdt: ['10.8.4.1:47808', '10.8.8.2:47808'],
      seats: [
        ipSeat('ip-2-1-1', '10.8.4.1', 'bbmd'),
        ipSeat('ip-2-2-2', '10.8.8.2', 'bbmd'),
        ipSeat('ip-2-1-3', '10.8.4.3', 'ordinary'),
        ipSeat('ip-2-200-4', '10.11.32.4', 'foreign'),
      ],
    },
    {
      kind: 'ip6',
      number: 3,
      bdt: [],
      seats: Array.from({ length: 20 }, (_, index) => ip6Seat(`ip6-3-1-${index + 1}`, index + 1)),
    },
  ],
  boxes: [
    { host: 'box-2', seats: [scSeat('box-2', 1012, false), ipSeat('box-2', '10.8.7.244', 'ordinary')] },
    { host: 'box-3', seats: [{ ...ipSeat('box-3', '10.8.11.245', 'ordinary') }, ip6Seat('box-3', 1009)] },
  ],
  nats: [],
  timings: {
    minReconnect: seconds(5),
    maxReconnect: seconds(20),
    connectWait: seconds(10),
    heartbeat: seconds(30),
    idleLimit: seconds(60),
    ttl: 30,
  },
  latency: ms(5),
  interval: seconds(40),
  broadcasts: 0.2,
  script,
  bursts,
  stormy: seconds(600),
  recovery: seconds(500),
  calm: seconds(120),
})

const STORM: readonly ScriptedFault[] = [
  { at: seconds(60), lasts: seconds(40), fault: { _tag: 'Kill', hosts: 'hub-1a' } },
  {
    at: seconds(150),
    lasts: seconds(60),
    fault: { _tag: 'Partition', ones: 'node-1-3', others: ['hub-1a', 'hub-1b'] },
  },
  { at: seconds(200), lasts: seconds(90), fault: { _tag: 'PowerOff', hosts: 'ip-2-1-1' } },
  { at: seconds(250), lasts: seconds(60), fault: { _tag: 'Impair', from: '*', to: '*', impairment: { loss: 0.2 } } },
  { at: seconds(350), fault: { _tag: 'Mute', hosts: 'node-1-2' } },
  { at: seconds(400), lasts: seconds(30), fault: { _tag: 'Kill', hosts: 'box-2' } },
  { at: seconds(450), lasts: seconds(60), fault: { _tag: 'Hang', hosts: 'hub-1a' } },
  { at: seconds(455), fault: { _tag: 'Cut', hosts: 'hub-1a' } },
  { at: seconds(520), fault: { _tag: 'Mute', hosts: 'box-2' } },
]

const scSeat = (host: string, index: number, isDirect: boolean): ScSeat => ({
  kind: 'sc',
  host,
  network: 1,
  knowsNumber: index !== 3,
  vmac: `020100${index.toString(16).padStart(6, '0')}`,
  knowsFailover: true,
  listens: isDirect,
  initiates: !isDirect,
})

const ipSeat = (host: string, ip: string, role: IpSeat['role']): IpSeat => ({
  kind: 'ip',
  host,
  network: 2,
  knowsNumber: true,
  bind: `${ip}:47808`,
  role,
  isWildcard: false,
  nat: undefined,
})

const ip6Seat = (host: string, index: number): Ip6Seat => ({
  kind: 'ip6',
  host,
  network: 3,
  knowsNumber: index % 3 !== 0,
  bind: `[fd71:0:3:1::${index.toString(16)}]:47808`,
  deviceInstance: index % 4 === 0 ? undefined : 0x30000 + index,
  role: 'ordinary',
  isWildcard: false,
})

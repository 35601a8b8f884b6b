import type { Impairment } from '../paths/impairment.js'
import type { Hosts } from '../paths/hosts.js'
import { durationText } from '../time/duration-text.js'
import type { Fault, ScriptedFault } from './fault.js'

/** What goes wrong, as people say it: `at 10s partition hub-a from node-3 for 30s`. */
export const printFault = ({ at, lasts, fault }: ScriptedFault): string =>
  `at ${durationText(at)} ${inWords(fault)}${lasts === undefined ? '' : ` for ${durationText(lasts)}`}`

const inWords = (fault: Fault): string => {
  switch (fault._tag) {
    case 'Partition':
      return `partition ${names(fault.ones)} from ${fault.others === undefined ? 'all others' : names(fault.others)}`
    case 'Block':
      return `block ${names(fault.from)} to ${names(fault.to)}`
    case 'Impair':
      return `impair ${names(fault.from)} to ${names(fault.to)} by ${impairmentInWords(fault.impairment)}`
    case 'Refuse':
      return `refuse connections to ${names(fault.hosts)}`
    case 'Hang':
      return `hang connections to ${names(fault.hosts)}`
    case 'Cut':
      return `cut ${names(fault.hosts)}`
    case 'Mute':
      return `mute ${names(fault.hosts)}`
    case 'Fill':
      return `fill ${names(fault.hubs)}`
    case 'Kill':
      return `kill ${names(fault.hosts)}`
    case 'PowerOff':
      return `power off ${names(fault.hosts)}`
    case 'Rebind':
      return `rebind ${fault.nat}`
    case 'Move':
      return `move ${fault.host} to ${fault.to}`
  }
}

const names = (hosts: Hosts): string => {
  if (hosts === '*') return 'all'
  return typeof hosts === 'string' ? hosts : hosts.join(' and ')
}

const impairmentInWords = ({ latency, jitter, ...parts }: Impairment): string =>
  [
    ...(latency === undefined ? [] : [`latency ${durationText(latency)}`]),
    ...(jitter === undefined ? [] : [`jitter ${durationText(jitter)}`]),
    ...Object.entries(parts).map(([name, value]) => `${name} ${value}`),
  ].join(', ')

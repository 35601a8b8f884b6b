import { answerParent } from '../../bench/child.js'
import { host, type Host } from './host.js'

/** What a process with stations can be asked. */
export type HostCalls = Host

answerParent<HostCalls>(host())

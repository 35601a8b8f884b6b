import { pictures } from '../example/pictures.js'
import { bvlcRequestsOperator, foreignDeviceOperator, foreignTableOperator } from './marble-operators-bvll.js'
import { directPeerOperator } from './marble-operators-direct.js'
import { broadcastBudgetOperator, dropLedgerOperator } from './marble-operators-hub.js'
import { expiryNoticesOperator } from './marble-operators-certificates.js'
import { foreignDeviceAndBbmdOperator } from './marble-operators-ip.js'
import { addressResolutionOperator, ownVmacOperator, vmacCacheOperator } from './marble-operators-ip6.js'
import { foreignDevice6AndBbmdOperator } from './marble-operators-ip6-ports.js'
import { backoffOperator, hubConnectorOperator } from './marble-operators-hub-connector.js'
import { recheckOperator } from './marble-operators-recheck.js'
import { discoveryOperator, networkNumberOperator, routingTableOperator } from './marble-operators-network.js'
import { resolveAddressOperator } from './marble-operators-node.js'
import { acceptingPeer, initiatingPeer } from './marble-operators-peers.js'
import type { MarbleOperator } from '../../src/testing/index.js'

/** The operators of the pictures in `marbles/`, by the name that stands behind `>`. */
export const marbleOperators: Record<string, MarbleOperator> = {
  initiating: initiatingPeer,
  accepting: acceptingPeer,
  hubConnector: hubConnectorOperator,
  backoff: backoffOperator,
  resolveAddress: resolveAddressOperator,
  directPeer: directPeerOperator,
  dropLedger: dropLedgerOperator,
  broadcastBudget: broadcastBudgetOperator,
  expiryNotices: expiryNoticesOperator,
  foreignDevice: foreignDeviceOperator,
  foreignTable: foreignTableOperator,
  bvlcRequests: bvlcRequestsOperator,
  foreignDeviceAndBbmd: foreignDeviceAndBbmdOperator,
  foreignDevice6AndBbmd: foreignDevice6AndBbmdOperator,
  vmacCache: vmacCacheOperator,
  addressResolution: addressResolutionOperator,
  ownVmac: ownVmacOperator,
  routingTable: routingTableOperator,
  discovery: discoveryOperator,
  networkNumber: networkNumberOperator,
  recheck: recheckOperator,
  ...pictures,
}

/** Which of the two hubs of a node. */
export type HubRole = 'primary' | 'failover'

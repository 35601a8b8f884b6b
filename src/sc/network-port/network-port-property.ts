/** The Network Port properties of BACnet/SC by their numbers (clause 12.56, addendum 135-2020cc; section 9). */
export const NetworkPortProperty = {
  Max_BVLC_Length_Accepted: 4194304,
  Max_NPDU_Length_Accepted: 4194305,
  SC_Primary_Hub_URI: 4194325,
  SC_Failover_Hub_URI: 4194317,
  SC_Minimum_Reconnect_Time: 4194327,
  SC_Maximum_Reconnect_Time: 4194326,
  SC_Connect_Wait_Timeout: 4194308,
  SC_Disconnect_Wait_Timeout: 4194314,
  SC_Heartbeat_Timeout: 4194323,
  SC_Hub_Connector_State: 4194318,
  SC_Primary_Hub_Connection_Status: 4194324,
  SC_Failover_Hub_Connection_Status: 4194316,
  SC_Hub_Function_Enable: 4194322,
  SC_Hub_Function_Accept_URIs: 4194319,
  SC_Hub_Function_Binding: 4194320,
  SC_Hub_Function_Connection_Status: 4194321,
  SC_Direct_Connect_Connection_Status: 4194312,
  SC_Direct_Connect_Initiate_Enable: 4194313,
  SC_Direct_Connect_Accept_Enable: 4194309,
  SC_Direct_Connect_Accept_URIs: 4194310,
  SC_Direct_Connect_Binding: 4194311,
  SC_Failed_Connection_Requests: 4194315,
} as const

/** The name of such a property. */
export type NetworkPortPropertyName = keyof typeof NetworkPortProperty

/** Network_Type of a BACnet/SC port. */
export const SECURE_CONNECT = 11

/** BACnetSCHubConnectorState. */
export const HubConnectorState = { NO_HUB_CONNECTION: 0, CONNECTED_TO_PRIMARY: 1, CONNECTED_TO_FAILOVER: 2 } as const

/** The name of a BACnetSCHubConnectorState. */
export type HubConnectorState = keyof typeof HubConnectorState

/** BACnetSCConnectionState. */
export const ConnectionState = {
  NOT_CONNECTED: 0,
  CONNECTED: 1,
  DISCONNECTED_WITH_ERRORS: 2,
  FAILED_TO_CONNECT: 3,
} as const

/** The name of a BACnetSCConnectionState. */
export type ConnectionState = keyof typeof ConnectionState

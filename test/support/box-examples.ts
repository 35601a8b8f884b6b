/*
 * The boxes that the README shows: what a box of each kind looks like where it is really used.
 */

/** A hub, a node of it and a router to BACnet/IP. */
export const CAMPUS = `{
  "ports": [
    {
      "name": "hub", "type": "sc-hub", "listen": "wss://0.0.0.0:4443",
      "tls": { "ca": ["ca.pem"], "cert": "hub.pem", "key": "hub.key" }
    },
    {
      "name": "campus", "type": "sc-node", "network": 1, "hub": "wss://127.0.0.1:4443",
      "tls": { "ca": ["ca.pem"], "cert": "node.pem", "key": "node.key" }
    },
    { "name": "floor", "type": "ip", "network": 2, "bind": "10.0.2.5:47808", "broadcast": "10.0.2.255" }
  ],
  "router": { "ports": ["campus", "floor"] }
}
`

/** A BBMD that serves foreign devices. */
export const SERVICE = `{
  "ports": [
    {
      "name": "service", "type": "ip", "bind": "10.0.3.5:47808", "broadcast": "10.0.3.255",
      "bbmd": true, "bdt": ["10.0.2.5:47808"],
      "acceptForeign": 50, "foreignFrom": ["10.8.0.0/16"], "foreignPerAddress": 2, "maxTtl": 3600,
      "manager": ["10.8.0.2"]
    }
  ]
}
`

/** A router between IPv6 and IPv4, behind which there is another one. */
export const LABORATORY = `{
  "ports": [
    { "name": "lab", "type": "ip6", "network": 3, "bind": "[::]:47808", "interface": "eth1", "deviceInstance": 602 },
    { "name": "floor", "type": "ip", "network": 2, "bind": "10.0.2.6:47808", "broadcast": "10.0.2.255" }
  ],
  "router": {
    "ports": ["floor", "lab"],
    "routes": [{ "network": 2001, "port": "floor", "via": "10.0.2.99:47808" }]
  }
}
`

/** All of them. */
export const EXAMPLES: readonly string[] = [CAMPUS, SERVICE, LABORATORY]

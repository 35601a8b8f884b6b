import { createPrivateKey, createPublicKey, generateKeyPairSync, webcrypto, type KeyObject } from 'node:crypto'

/** How every key of the lab authority signs: ECDSA on P-256 with SHA-256, which every BACnet/SC device has to know. */
export const SIGNING = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** A P-256 key pair in the three forms that are needed here. */
export interface Keys {
  /** PKCS #8 PEM, as it is kept in a file. */
  readonly pem: string
  readonly signingKey: webcrypto.CryptoKey
  readonly publicKey: webcrypto.CryptoKey
}

const importKeys = async (privateKey: KeyObject): Promise<Keys> => {
  const { subtle } = webcrypto
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' })
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  return {
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    signingKey: await subtle.importKey('pkcs8', pkcs8, SIGNING, false, ['sign']),
    publicKey: await subtle.importKey('spki', spki, SIGNING, true, ['verify']),
  }
}

/** Makes a new key pair. */
export const newKeys = (): Promise<Keys> => importKeys(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)

/** Reads a private key from PEM. Rejects with one line when it is not a P-256 key. */
export const readKeys = async (pem: string): Promise<Keys> => {
  const key = readPrivateKey(pem)
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('the private key is not an EC P-256 key')
  return importKeys(key)
}

const readPrivateKey = (pem: string): KeyObject => {
  try {
    return createPrivateKey(pem)
  } catch (error) {
    throw new Error('the private key is not an unencrypted PEM key', { cause: error })
  }
}

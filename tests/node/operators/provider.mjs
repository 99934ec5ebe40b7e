// A real OpenID provider for one test. It says its port, hears from standard input which address to send browsers back to,
// and is ready; everybody may sign in there, and has a tax code.
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import Provider from 'oidc-provider'

const [client_id, client_secret] = process.argv.slice(2)
const server = createServer()

server.listen(0, '127.0.0.1', () => console.log(server.address().port))

for await (const back of createInterface({ input: process.stdin })) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const provider = new Provider(`http://127.0.0.1:${server.address().port}`, {
    clients: [{ client_id, client_secret, redirect_uris: [back] }],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', kid: 'one' }] },
    cookies: { keys: ['only for a test'] },
    claims: { openid: ['sub'], profile: ['fiscal_number'] },
    findAccount: (_, sub) => ({
      accountId: sub,
      claims: () => ({ sub, fiscal_number: 'TINIT-RSSMRA80A41L682W' }),
    }),
  })
  server.on('request', provider.callback())
  console.log('ready')
}

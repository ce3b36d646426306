// Asks the org for an access token as the provider does: node token.mjs URL KEYFILE JSON-of-bootstrap
import { createPrivateKey, createSign, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [url, keyFile, json] = process.argv.slice(2);
const { client_id: clientId, scopes } = JSON.parse(json);
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = Math.floor(Date.now() / 1000);
const endpoint = `${url}/oauth2/v1/token`;
const claims = { iss: clientId, sub: clientId, aud: endpoint, iat: now, exp: now + 300, jti: randomUUID() };
const input = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
const signature = createSign('RSA-SHA256').update(input).sign(createPrivateKey(readFileSync(keyFile)), 'base64url');
const response = await fetch(endpoint, {
  method: 'POST',
  body: new URLSearchParams({
    grant_type: 'client_credentials',
    scope: scopes.join(' '),
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: `${input}.${signature}`,
  }),
});
const body = await response.json();
if (response.status !== 200 || scopes.some((scope) => !body.scope.split(' ').includes(scope))) {
  console.error(response.status, body.error, body.error_description);
  process.exit(1);
}

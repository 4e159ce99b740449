import { VirtualClock } from '#kernel';
import { describe, expect, it } from 'vitest';
import { RequestSigner } from './request-signer.js';

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const SIGNED_AT_MS = Date.UTC(2015, 7, 30, 12, 36);

const BEDROCK = {
  method: 'POST',
  origin: 'https://bedrock-runtime.us-east-1.amazonaws.com',
  body: Buffer.from('{"messages":[]}'),
};
const MODEL_PATH = '/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse';
const ARN_PATH =
  '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fabc123/converse-stream';

function signer(): RequestSigner {
  return new RequestSigner(new VirtualClock(SIGNED_AT_MS));
}

describe('RequestSigner', () => {
  // AWS's own test suite of Signature Version 4 (aws-sig-v4-test-suite: get-vanilla, post-vanilla).
  it.each([
    ['GET', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['POST', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  ])("signs AWS's example of a %s as AWS does", async (method, signature) => {
    const request = { method, origin: 'https://example.amazonaws.com', path: '/', body: undefined };
    const headers = await signer().sign(request, KEYS, { service: 'service', region: 'us-east-1' });
    expect(headers).toEqual({
      'x-amz-date': '20150830T123600Z',
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
    });
  });

  // What @smithy/signature-v4 5, the signer of AWS's JavaScript SDK, makes of the same requests.
  it.each([
    [MODEL_PATH, undefined, 'e093f52e9f3cb40f5ed10d98a50a1e8f7bdbd9cac36fe2149690255d8743de54'],
    [ARN_PATH, undefined, 'ca544d13aa7a8fdd7c67c435edee8351e897fedc166a9dea4fe745b957530355'],
    [MODEL_PATH, 'TOKEN', 'a9908544a6f608ffb7e2b53e622650e31729e0eca0813b696e8252b676e01edb'],
    [ARN_PATH, 'TOKEN', 'ba0dbb5af03193fc9d3fe62235e4ef5601bf360e2efb52cf851e1d46f5d1e36c'],
  ])("signs %s with the session token %s as AWS's SDK does", async (path, sessionToken, signature) => {
    const scope = { service: 'bedrock', region: 'us-east-1' };
    const headers = await signer().sign({ ...BEDROCK, path }, { ...KEYS, sessionToken }, scope);
    expect(headers['authorization']).toContain(`Signature=${signature}`);
    expect(headers['x-amz-security-token']).toBe(sessionToken);
  });

  it('signs with the secret that is given, also when another of the same day was used before', async () => {
    const scope = { service: 'bedrock', region: 'us-east-1' };
    const one = signer();
    const other = { ...KEYS, secretAccessKey: 'another' };
    const first = await one.sign({ ...BEDROCK, path: '/' }, KEYS, scope);
    const second = await one.sign({ ...BEDROCK, path: '/' }, other, scope);
    expect(second).not.toEqual(first);
    expect(second).toEqual(await signer().sign({ ...BEDROCK, path: '/' }, other, scope));
  });
});

// SPDX-License-Identifier: Apache-2.0
// webauthn.js - passkeys and security keys: the station's JSON to what the browser wants, and back.
// Spec: W3C Web Authentication Level 2.
// @ts-check
import { Problem } from './api.js';

/** Long enough to find the key in the bag; the station's ticket lives five minutes. */
const PATIENCE = 120000;

/** Can this browser speak to keys here? Not without a secure context. */
export const hasKeys = () => typeof PublicKeyCredential === 'function' && 'credentials' in navigator;

/** @param {string} text base64url without padding */
export function bytesOf(text) {
  const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
}

/** @param {ArrayBuffer} buffer */
export function textOf(buffer) {
  const plain = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('');
  return btoa(plain).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/** Browsers do not tell a person who said no from a key that was not there. @param {unknown} fault */
function refused(fault) {
  const name = fault instanceof DOMException ? fault.name : '';
  return new Problem(0, name === 'InvalidStateError' ? 'credential-exists' : 'key-refused', String(fault));
}

/** @param {string[]} ids */
const keys = (ids) => ids.map((id) => ({ type: /** @type {const} */ ('public-key'), id: bytesOf(id) }));

/**
 * @param {{ challenge: string, rpId: string, allow: string[] }} request
 * @param {{ alone?: boolean }} [how] alone: the key stands for both factors, so it must have seen its owner
 */
export async function useKey(request, { alone = false } = {}) {
  try {
    const credential = /** @type {PublicKeyCredential} */ (await navigator.credentials.get({
      publicKey: {
        challenge: bytesOf(request.challenge),
        rpId: request.rpId,
        allowCredentials: keys(request.allow),
        userVerification: alone ? 'required' : 'preferred',
        timeout: PATIENCE,
      },
    }));
    const answer = /** @type {AuthenticatorAssertionResponse} */ (credential.response);
    return {
      id: textOf(credential.rawId),
      clientDataJSON: textOf(answer.clientDataJSON),
      authenticatorData: textOf(answer.authenticatorData),
      signature: textOf(answer.signature),
    };
  } catch (fault) {
    throw refused(fault);
  }
}

/** @param {any} options of POST /factors/webauthn */
export async function makeKey(options) {
  try {
    const credential = /** @type {PublicKeyCredential} */ (await navigator.credentials.create({
      publicKey: {
        challenge: bytesOf(options.challenge),
        rp: { id: options.rpId, name: options.rpName },
        user: { id: bytesOf(options.user.id), name: options.user.name, displayName: options.user.displayName },
        pubKeyCredParams: options.algorithms.map((/** @type {number} */ alg) => ({ type: 'public-key', alg })),
        excludeCredentials: keys(options.exclude),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
        attestation: 'none',
        timeout: PATIENCE,
      },
    }));
    const answer = /** @type {AuthenticatorAttestationResponse} */ (credential.response);
    return { clientDataJSON: textOf(answer.clientDataJSON), attestationObject: textOf(answer.attestationObject) };
  } catch (fault) {
    throw refused(fault);
  }
}

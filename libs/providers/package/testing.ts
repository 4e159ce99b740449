/// <reference types="node" preserve="true" />

export * from '../src/testing/contract/index.js';

import { Module } from '@nestjs/common';
import { Random } from '#kernel';
import { ControlPlaneConfig } from '../config/control-plane-config.js';
import { KeyHasher } from './key-hasher.js';
import { KeySecrets } from './key-secrets.js';
import { Sealer } from './sealer.js';

/** Hashing of virtual keys and sealing of credentials. */
@Module({
  providers: [
    {
      provide: KeyHasher,
      useFactory: (config: ControlPlaneConfig) => new KeyHasher(config.keyPepper, config.previousKeyPepper),
      inject: [ControlPlaneConfig],
    },
    {
      provide: Sealer,
      useFactory: (config: ControlPlaneConfig, random: Random) => new Sealer(config.sealingKeys, random),
      inject: [ControlPlaneConfig, Random],
    },
    {
      provide: KeySecrets,
      useFactory: (hasher: KeyHasher, sealer: Sealer) => new KeySecrets(hasher, sealer),
      inject: [KeyHasher, Sealer],
    },
  ],
  exports: [KeyHasher, KeySecrets, Sealer],
})
export class SecretsModule {}

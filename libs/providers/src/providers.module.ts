import { Clock } from '#kernel';
import { Module, type DynamicModule } from '@nestjs/common';
import { AdapterRegistry } from './adapter-registry.js';
import { createAdapterRegistry } from './plugins/create-adapter-registry.js';
import type { ProviderAdapter } from './spec/provider-adapter.js';

/** What the providers of an application are. */
export interface ProvidersModuleOptions {
  /** Adapters besides those that come with the gateway. Default: none. */
  readonly adapters?: readonly ProviderAdapter[];
}

/**
 * Provides the `AdapterRegistry` to the whole application: every adapter that comes with the gateway, and the given ones.
 *
 * The application refuses to start when an adapter lacks something or claims a family that is served already. A `Clock`
 * must be provided globally.
 */
@Module({})
export class ProvidersModule {
  static forRoot({ adapters = [] }: ProvidersModuleOptions = {}): DynamicModule {
    return {
      module: ProvidersModule,
      global: true,
      providers: [
        {
          provide: AdapterRegistry,
          inject: [Clock],
          useFactory: (clock: Clock) => createAdapterRegistry({ clock, adapters }),
        },
      ],
      exports: [AdapterRegistry],
    };
  }
}

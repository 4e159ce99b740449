import { Module } from '@nestjs/common';
import { RelayModule } from '../relay/relay.module.js';
import { TokenCountHandler } from './token-count-handler.js';

/** How many tokens a request would have. */
@Module({ imports: [RelayModule], providers: [TokenCountHandler], exports: [TokenCountHandler] })
export class TokenCountModule {}

import { Module } from '@nestjs/common';
import { RelayModule } from '../relay/relay.module.js';
import { GenerationHandler } from './generation-handler.js';

/** Answers of models, in whatever dialect they are asked for. */
@Module({ imports: [RelayModule], providers: [GenerationHandler], exports: [GenerationHandler] })
export class GenerationModule {}

import { Module } from '@nestjs/common';
import { RelayModule } from '../relay/relay.module.js';
import { EmbeddingHandler } from './embedding-handler.js';

/** Embeddings, in whatever dialect they are asked for. */
@Module({ imports: [RelayModule], providers: [EmbeddingHandler], exports: [EmbeddingHandler] })
export class EmbeddingModule {}

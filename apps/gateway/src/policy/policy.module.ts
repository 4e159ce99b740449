import { Clock } from '#kernel';
import { Module } from '@nestjs/common';
import { RateLimiter } from './rate-limiter.js';

/** What `PolicyInterceptor` needs: the request ceilings of keys. */
@Module({
  providers: [{ provide: RateLimiter, inject: [Clock], useFactory: (clock: Clock) => new RateLimiter(clock) }],
  exports: [RateLimiter],
})
export class PolicyModule {}

import { UseInterceptors } from '@nestjs/common';
import { AuthInterceptor } from '../auth/auth.interceptor.js';
import { BudgetInterceptor } from '../budget/budget.interceptor.js';
import { FallbackInterceptor } from '../routing/fallback.interceptor.js';

/**
 * The chain that every metered endpoint goes through, in this order: who is it, may it and can it be afforded, where to.
 * The handler behind it runs once per attempt.
 *
 * Nest builds the interceptors in the module of the controller, so that module imports what they need.
 */
export function InterceptorChain(): ClassDecorator & MethodDecorator {
  return UseInterceptors(AuthInterceptor, BudgetInterceptor, FallbackInterceptor);
}

import fc from 'fast-check';

/** Property tests are repeatable: one seed for all, which `FC_SEED` changes to explore further. */
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 20_260_101) });

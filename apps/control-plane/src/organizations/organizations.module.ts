import { Module } from '@nestjs/common';
import { Organizations } from './organizations.js';

/** Organizations, teams and projects. */
@Module({ providers: [Organizations], exports: [Organizations] })
export class OrganizationsModule {}

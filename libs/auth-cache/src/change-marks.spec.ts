import { describe, expect, it } from 'vitest';
import { ChangeMarks } from './change-marks.js';

describe('change marks', () => {
  it('tell what changed since a mark, and nothing from before it', () => {
    const marks = new ChangeMarks();
    marks.recordKeyChange('vk_1');
    const mark = marks.take();
    expect(marks.keyChangedSince('vk_1', mark)).toBe(false);
    expect(marks.anyKeyChangedSince(mark)).toBe(false);
    marks.recordKeyChange('vk_2');
    marks.recordOrganizationChange('org_1', true);
    expect(marks.keyChangedSince('vk_1', mark)).toBe(false);
    expect(marks.keyChangedSince('vk_2', mark)).toBe(true);
    expect(marks.anyKeyChangedSince(mark)).toBe(true);
    expect(marks.organizationChangedSince('org_1', true, mark)).toBe(true);
    expect(marks.organizationChangedSince('org_1', false, mark)).toBe(false);
  });

  it('count what they had to forget as changed', () => {
    const marks = new ChangeMarks(3);
    const before = marks.take();
    marks.recordKeyChange('vk_1');
    for (const id of ['vk_2', 'vk_3', 'vk_4']) marks.recordKeyChange(id);
    expect(marks.keyChangedSince('vk_1', before)).toBe(true);
    expect(marks.keyChangedSince('vk_unheard_of', before)).toBe(true);
    expect(marks.keyChangedSince('vk_unheard_of', marks.take())).toBe(false);
  });
});

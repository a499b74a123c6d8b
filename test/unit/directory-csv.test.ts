import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IMPORT_LIMITS, readDirectoryCsv } from '../../records/directory/directory-csv.ts';
import { badRowsReport, directoryFile } from '../data/load.ts';

const nobody = { organisationKeys: new Set<string>() };
const bytes = (text: string) => new TextEncoder().encode(text);

const TARGET_HEADER = 'target_key,kind,name,title,country,address_email,language';

describe('a report names every rejected line', () => {
  const report = readDirectoryCsv('members', directoryFile('bad-rows'), nobody);

  it('finds each flaw on its own line and takes the lines without one', () => {
    const expected = badRowsReport();
    expect(report.rows.map(({ line }) => line)).toEqual(expected.accepted);
    const found = report.rejected.map(({ line, problems }) => ({ line, problems: problems.map(({ column, code }) => ({ column, code })) }));
    expect(found).toEqual(expected.rejected);
  });

  it('says what to do and never repeats what a cell held', () => {
    const said = report.rejected.flatMap(({ problems }) => problems.map(({ say }) => say));
    for (const say of said) {
      expect(say).toMatch(/\.$/);
      expect(say).not.toMatch(/hill-farmers|Lendu|collect\.example|MOUNTAINS|OCEANIA|Okavira/);
    }
  });

  it('names the earlier line of a repeated key', () => {
    const repeated = report.rejected.flatMap(({ problems }) => problems).filter(({ code }) => code === 'REPEATED');
    expect(repeated).toHaveLength(3);
    for (const { say } of repeated) expect(say).toContain('line 2');
  });
});

describe('the file as a whole', () => {
  const line = 'target-1,MINISTRY,"Ministry of Water, Lands",Minister,QM,,en';

  it.each([
    ['a byte order mark', `\uFEFF${TARGET_HEADER}\n${line}\n`],
    ['Windows line ends', `${TARGET_HEADER}\r\n${line}\r\n`],
    ['old Macintosh line ends', `${TARGET_HEADER}\r${line}`],
    ['headings in capitals, quoted, with spaces', `"Target_Key" , KIND,name,title,country,address_email,language\n${line}`],
    ['blank lines before the row', `${TARGET_HEADER}\n\n   \n${line}`],
  ])('reads %s', (_, text) => {
    const read = readDirectoryCsv('targets', bytes(text), nobody);
    expect(read.headerProblems).toEqual([]);
    expect(read.rejected).toEqual([]);
    expect(read.rows.map(({ value }) => value.name)).toEqual(['Ministry of Water, Lands']);
  });

  it('reads semicolons as separators, with lists in quotation marks', () => {
    const text = new TextDecoder().decode(directoryFile('members'));
    const [header = '', first = ''] = text.split('\n');
    expect(first).not.toContain('"');
    const cells = first.split(',').map((cell) => (cell.includes(';') ? `"${cell}"` : cell));
    const read = readDirectoryCsv('members', bytes(`${header.replaceAll(',', ';')}\n${cells.join(';')}`), nobody);
    expect(read.rows.map(({ value }) => value)).toEqual([readDirectoryCsv('members', directoryFile('members'), nobody).rows[0]?.value]);
  });

  it('counts lines as an editor does', () => {
    const read = readDirectoryCsv('targets', bytes(`${TARGET_HEADER}\n\n${line}\n,,,,,,\n${line}`), nobody);
    expect(read.rows.map((row) => row.line)).toEqual([3]);
    expect(read.rejected.map((row) => row.line)).toEqual([5]);
  });

  it('loses no line to an open quotation mark', () => {
    const read = readDirectoryCsv('targets', bytes(`${TARGET_HEADER}\ntarget-2,COURT,"High court,,QM,,en\n${line}`), nobody);
    expect(read.rejected.map((row) => [row.line, row.problems[0]?.code])).toEqual([[2, 'BROKEN_QUOTES']]);
    expect(read.rows.map((row) => row.line)).toEqual([3]);
  });

  it.each([
    ['nothing at all', new Uint8Array(), 'EMPTY'],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x61, 0x00]), 'NOT_UTF8'],
    ['Latin-1', new Uint8Array([...bytes(`${TARGET_HEADER}\n`), 0xe9, 0x0a]), 'NOT_UTF8'],
    ['one byte too many', new Uint8Array(IMPORT_LIMITS.bytes + 1), 'TOO_LARGE'],
    ['one line too many', bytes(`${TARGET_HEADER}\n${'x\n'.repeat(IMPORT_LIMITS.lines + 1)}`), 'TOO_MANY_LINES'],
    ['an open quotation mark in the header', bytes(`"${TARGET_HEADER}\n`), 'BROKEN_HEADER'],
    ['a missing column', bytes('target_key,kind,name,country\n'), 'MISSING_COLUMN'],
    ['a column twice', bytes(`${TARGET_HEADER},kind\n`), 'REPEATED_COLUMN'],
    ['a column that nobody knows', bytes(`${TARGET_HEADER},__proto__\n`), 'UNKNOWN_COLUMN'],
  ])('refuses %s', (_, file, code) => {
    const read = readDirectoryCsv('targets', file, nobody);
    expect(read.headerProblems.map((problem) => problem.code)).toEqual([code]);
    expect(read.rows).toEqual([]);
    expect(read.rejected).toEqual([]);
  });

  it('does not repeat an unknown heading, which may be a person where the header is missing', () => {
    const read = readDirectoryCsv('targets', bytes('target-1,MINISTRY,Ayo Lendu,Minister,QM,,en\n'), nobody);
    expect(JSON.stringify(read.headerProblems)).not.toContain('Lendu');
  });

  it('takes any bytes without failing, and accounts for every line once', () => {
    const piece = fc.oneof(
      fc.constantFrom('"', ',', ';', '\n', '\r\n', 'target-1', 'QM', 'en', 'COURT', '=', '\u202e', '\0'),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const body = pieces.join('');
        const read = readDirectoryCsv('targets', bytes(`${TARGET_HEADER}\n${body}`), nobody);
        const lines = [...read.rows, ...read.rejected].map((row) => row.line);
        expect(new Set(lines).size).toBe(lines.length);
        const written = body.split(/\r\n|\n|\r/).flatMap((text, i) => (/[^\s,"\uFEFF]/.test(text) ? [i + 2] : []));
        expect(lines).toEqual(expect.arrayContaining(written));
      }),
    );
  });
});

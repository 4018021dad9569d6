import { Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Template } from '../../api/types.ts';
import { toLanguageName, toTemplateStatus, toWords } from '../../model/template-state.ts';
import { toDay } from '../../model/time.ts';
import { QualityBadge, StatusBadge } from './badges.tsx';
import classes from './templates.module.css';

export function TemplateTable({ templates }: { templates: readonly Template[] }) {
  return (
    <div className={classes.frame}>
      <Table className={classes.table} verticalSpacing={8} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th className={classes.language}>Language</Table.Th>
            <Table.Th className={classes.category}>Category and price</Table.Th>
            <Table.Th className={classes.status}>Status</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {templates.map((template) => (
            <TemplateRow key={template.id} template={template} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function TemplateRow({ template }: { template: Template }) {
  const { id, name, language, send } = template;
  return (
    <Table.Tr className={classes.row}>
      <Table.Td>
        {/* The link covers its row, so that the whole line can be pressed. */}
        <Link to="/templates/$id" params={{ id }} className={classes.rowLink}>
          <bdi>{name}</bdi>
        </Link>
        <div className={classes.inline}>
          {toLanguageName(language)} · <Category template={template} />
          <Badges template={template} />
        </div>
        {send.reason ? (
          <div className={classes.why} data-tone={toTemplateStatus(template.status).tone}>
            {send.reason}
          </div>
        ) : null}
      </Table.Td>
      <Table.Td className={classes.language}>
        {toLanguageName(language)}
        <div className={classes.dim}>
          <code>{language}</code>
        </div>
      </Table.Td>
      <Table.Td className={classes.category}>
        <Category template={template} />
        <div className={classes.dim}>{toPriceWords(template)}</div>
      </Table.Td>
      <Table.Td className={classes.status}>
        <Badges template={template} />
      </Table.Td>
    </Table.Tr>
  );
}

function Badges({ template }: { template: Template }) {
  return (
    <span className={classes.badges}>
      <StatusBadge status={template.goneAt ? 'DELETED' : template.status} />
      <QualityBadge quality={template.quality} />
    </span>
  );
}

/** The price is Meta's rate card; its class is what can be said here. */
const toPriceWords = ({ price }: Template): string =>
  price.billable ? `Charged as ${price.class === 'unknown' ? 'its category' : price.class}` : 'Free';

function Category({ template: { category, upcomingCategory } }: { template: Template }) {
  return (
    <>
      {category ? toWords(category) : 'Not known yet'}
      {upcomingCategory ? (
        <span className={classes.upcoming}>
          {' '}
          → {toWords(upcomingCategory.category)}
          {upcomingCategory.at ? ` on ${toDay(upcomingCategory.at)}` : ''}
        </span>
      ) : null}
    </>
  );
}

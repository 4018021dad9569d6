import { Button, Loader } from '@mantine/core';
import { IconDownload, IconFile } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { fetchMedia } from '../api/actions.ts';
import { toProblem } from '../api/problem.ts';
import type { Media } from '../api/types.ts';
import { canFetch, decideShow, toGoneWords, toMediaWord, toSize } from '../model/media.ts';
import classes from './media-files.module.css';

/** The files of a message: shown where a browser may show them, else to be downloaded. */
export function MediaFiles({ media }: { media: readonly Media[] }) {
  return media.map((file) => <MediaFile key={file.id} file={file} />);
}

function MediaFile({ file }: { file: Media }) {
  const show = decideShow(file);
  if (show === 'waiting') return <Waiting file={file} />;
  if (show === 'gone' || file.url === null) return <Gone file={file} />;
  if (show === 'picture') return <Picture file={file} url={file.url} />;
  if (show === 'file') return <Download file={file} url={file.url} />;
  return <Player file={file} url={file.url} isVideo={show === 'video'} />;
}

/**
 * Each reading of the API brings new links to the same bytes. One is held until it fails, or pictures would flicker and
 * players start over every other second.
 */
function useHeld(url: string): [held: string, renew: () => void] {
  const [held, hold] = useState(url);
  return [held, () => hold(url)];
}

interface Props {
  file: Media;
  url: string;
}

const toName = ({ kind, filename }: Media): string =>
  filename ? `${toMediaWord(kind)}: ${filename}` : toMediaWord(kind);

function Picture({ file, url }: Props) {
  const [shown, renew] = useHeld(file.thumbnailUrl ?? url);
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer"
      className={classes.picture}
      aria-label={`${toName(file)}, whole size`}
    >
      <img src={shown} alt={toName(file)} className={classes.image} loading="lazy" onError={renew} />
    </a>
  );
}

function Player({ file, url, isVideo }: Props & { isVideo: boolean }) {
  const [shown, renew] = useHeld(url);
  const shared = {
    src: shown,
    controls: true,
    preload: 'metadata',
    onError: renew,
    'aria-label': toName(file),
  } as const;
  return (
    <>
      {isVideo ? (
        // Customers send no captions.
        // oxlint-disable-next-line jsx-a11y/media-has-caption
        <video {...shared} className={classes.video} />
      ) : (
        // oxlint-disable-next-line jsx-a11y/media-has-caption
        <audio {...shared} className={classes.audio} />
      )}
      <Download file={file} url={url} />
    </>
  );
}

function Download({ file, url }: Props) {
  return (
    <a href={url} download className={classes.file}>
      <IconDownload size={18} aria-hidden />
      <span className={classes.name}>
        <bdi>{file.filename ?? toMediaWord(file.kind)}</bdi>
      </span>
      {file.sizeBytes === null ? null : <span className={classes.size}>{toSize(file.sizeBytes)}</span>}
    </a>
  );
}

function Waiting({ file }: { file: Media }) {
  return (
    <div className={classes.file}>
      <Loader size={16} color="gray" aria-hidden />
      <span className={classes.name}>{toMediaWord(file.kind)} is being fetched …</span>
    </div>
  );
}

function Gone({ file }: { file: Media }) {
  const queries = useQueryClient();
  const fetching = useMutation({
    mutationFn: () => fetchMedia(file.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['thread'] }),
  });
  return (
    <div className={classes.file} data-bad>
      <IconFile size={18} aria-hidden />
      <span className={classes.name}>
        {toName(file)}: {fetching.error ? toProblem(fetching.error).title : toGoneWords(file)}
      </span>
      {canFetch(file) ? (
        <Button size="compact-xs" variant="default" loading={fetching.isPending} onClick={() => fetching.mutate()}>
          Try again
        </Button>
      ) : null}
    </div>
  );
}

"""A project to try operations on: real records, real media folder, real findings, real renders."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis

from bot.engine.ask_model import Model
from bot.engine.feed import Feed
from bot.engine.gathering import Gathering
from bot.engine.intake import Intake
from bot.engine.locks import SessionLocks
from bot.engine.making import Making
from bot.engine.quota import Quota
from bot.engine.records.projects import Project, Work
from bot.engine.records.records import Records
from bot.engine.render.job import Output, RenderJob, SourceFile
from bot.engine.render.run import render
from bot.engine.storage.storage import Folders, FolderStorage
from bot.engine.timeline.apply import Applied, apply
from bot.engine.timeline.model import Library, Timeline
from bot.engine.timeline.ops import EditOp
from bot.engine.translate import translated
from bot.settings import Engine
from bot.settings import Model as ModelSettings
from tests.engine.talking_model import talking
from tests.operations import footage
from tests.operations.case import Case, Seen, Watched


@dataclass
class Studio:
    """One project at a time, on an engine's own parts."""

    records: Records
    storage: FolderStorage
    files: Path
    out: Path

    @classmethod
    def on(cls, redis: Redis, files: Path, out: Path) -> "Studio":
        """`files` keeps the footage of the run, `out` is a test's own."""
        return cls(Records(redis, Engine.model_construct()), FolderStorage(Folders.of(out)), files, out)

    async def project(self, names: Sequence[str], waiting: Sequence[str] = ()) -> Project:
        """A new project with this footage on its timeline; what waits is uploaded and taken off the timeline again."""
        project = await self.records.projects.create("user", "try", "en")
        intake = self._intake()
        for name in names:
            await self._upload(intake, project, name)
        if waiting:
            current = await self.records.projects.get(project.session)
            assert current is not None
            before = await self.records.projects.open(current)
            for name in waiting:
                await self._upload(intake, project, name)
            after = await self.records.projects.get(project.session)
            assert after is not None
            work = await self.records.projects.open(after)
            await self.records.add_files(work.stepped(before.timeline), ())
        found = await self.records.projects.get(project.session)
        assert found is not None
        return found

    async def done(
        self, project: Project, ops: Sequence[EditOp], translates: Callable[[str], str] | None = None
    ) -> tuple[Project, Applied]:
        """The project after these operations, as one step of its history; a model translates where one is played."""
        work = await self.records.projects.open(project)
        gathering = Gathering(self.records.media, self.storage)
        making = Making(self._intake())
        made = await making.for_plan(project, ops, work.timeline, await gathering.known(project))
        library = await gathering.for_plan(ops, work.timeline, made.library, Feed("try"), made.facts)
        if translates is not None:
            async with talking() as model:
                model.translates = translates
                asked = Model(ModelSettings(url=model.url))
                library = await translated(asked, ops, work.timeline, library, Feed("try"))
        applied = apply(work.timeline, ops, library)
        work = work.holding([(one.file, one.facts) for one in made.files]).stepped(applied.timeline)
        kept = await self._kept(work)
        await making.drop(made)
        return kept, applied

    async def library(self, project: Project) -> Library:
        """The project's media, with what was found out before."""
        return await Gathering(self.records.media, self.storage).known(project)

    async def ready(self, case: Case) -> Project:
        """A new project as a case finds it."""
        project = await self.project(case.footage, case.waiting)
        return (await self.done(project, case.first))[0] if case.first else project

    async def tried(self, case: Case) -> tuple[Project, Seen]:
        """The project after a case's operations, and the files from before and after them."""
        project = await self.ready(case)
        start = (await self.records.projects.open(project)).timeline
        project, applied = await self.done(project, case.ops, case.translates)
        before, after = await self.rendered(start, "before"), await self.rendered(applied.timeline, "after")
        return project, Seen(before, after, applied.done)

    async def moved(self, project: Project, by: int) -> tuple[Project, Timeline]:
        """The project so many steps on, as another process would find it."""
        found = await self.records.projects.get(project.session)
        assert found is not None
        work = await self.records.projects.moved(await self.records.projects.open(found), by)
        return await self._kept(work), work.timeline

    async def rendered(self, timeline: Timeline, name: str, output: Output | None = None) -> Watched:
        """The timeline as a file."""
        media: dict[str, SourceFile] = {}
        used = {one.media for one in timeline.segments} | {one.media for one in timeline.music}
        for one in (used | {one.media for one in timeline.overlays}) - {""}:
            facts = await self.records.media.facts(one)
            assert facts is not None
            media[one] = SourceFile(await self.storage.media(one), facts)
        scratch = self.out / f"{name} it's"
        job = RenderJob(timeline, output or Output(), self.out / f"{name}.mp4", scratch, media)
        return Watched(await render(job), timeline)

    def _intake(self) -> Intake:
        quota = Quota(self.records, self.storage, 1 << 30, None, None)
        return Intake(self.records, self.storage, SessionLocks(self.records.leases), quota, 1 << 30)

    async def _kept(self, work: Work) -> Project:
        await self.records.add_files(work, ())
        kept = await self.records.projects.get(work.project.session)
        assert kept is not None
        return kept

    async def _upload(self, intake: Intake, project: Project, name: str) -> None:
        path = footage.made(name, self.files)

        async def chunks() -> AsyncIterator[bytes]:
            yield path.read_bytes()

        await intake.join(project, [await intake.take(chunks(), path.name, project.user)])

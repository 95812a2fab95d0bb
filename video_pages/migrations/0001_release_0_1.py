"""All tables of release 0.1.0. Sites that ran the migrations of its development are at this state already."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import modelcluster.contrib.taggit
import modelcluster.fields
import modelsearch.index
import taggit.managers
import uuid
import video_pages.access.fields
import video_pages.library.models
import video_pages.library.storage
import video_pages.uploads.models
import wagtail.fields
import wagtail.models.media
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('video_pages', '0001_initial'),
        ('video_pages', '0002_renditions_text_tracks_and_chapters'),
        ('video_pages', '0003_workplace'),
        ('video_pages', '0004_periodic_run_worker'),
        ('video_pages', '0005_listed_and_order'),
        ('video_pages', '0006_guess_browser'),
        ('video_pages', '0007_library_identity'),
        ('video_pages', '0008_access_until'),
        ('video_pages', '0010_film_versions_told_apart'),
        ('video_pages', '0012_views_by_film_version'),
        ('video_pages', '0013_repairs_of_text_tracks'),
    ]

    dependencies = [
        ('taggit', '0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx'),
        ('wagtailcore', '0098_apitoken'),
        ('wagtailimages', '0027_image_description'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DailySalt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True)),
                ('salt', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='DiscardedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=255, unique=True)),
                ('marked_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='LibraryIdentity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identity', models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name='PeriodicRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=64, unique=True)),
                ('last_started_at', models.DateTimeField(blank=True, null=True)),
                ('last_finished_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.TextField(blank=True, default='')),
                ('worker', models.CharField(blank=True, db_default='', default='', help_text='Which worker runs it at present.', max_length=80)),
            ],
            options={
                'verbose_name': 'periodic run',
                'verbose_name_plural': 'periodic runs',
            },
        ),
        migrations.CreateModel(
            name='RolledDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True)),
                ('rolled_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='WorkerHeartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('worker', models.CharField(max_length=80, unique=True)),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('seen_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'worker heartbeat',
                'verbose_name_plural': 'worker heartbeats',
            },
        ),
        migrations.CreateModel(
            name='AccessSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('access_minutes', models.PositiveIntegerField(default=60, help_text='How long a password opens a video. A film that is longer stays open until 15 minutes after its end.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(43200)], verbose_name='access lasts (minutes)')),
                ('locked_cards', models.CharField(choices=[('still', 'A blurred still of at most 16 by 9 pixels'), ('neutral', 'A neutral card')], default='still', help_text='In lists, for videos without a thumbnail of their own.', max_length=16, verbose_name='locked videos show')),
                ('site', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, to='wagtailcore.site')),
            ],
            options={
                'verbose_name': 'access',
            },
        ),
        migrations.CreateModel(
            name='Guess',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('guard', models.CharField(max_length=32)),
                ('client', models.CharField(max_length=64)),
                ('browser', models.CharField(blank=True, db_default='', default='', max_length=64)),
                ('made_at', models.DateTimeField(db_index=True)),
                ('is_pending', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': 'refused guess',
                'verbose_name_plural': 'refused guesses',
                'indexes': [models.Index(fields=['guard', 'made_at'], name='guess_by_guard'), models.Index(fields=['client', 'made_at'], name='guess_by_client'), models.Index(fields=['browser', 'made_at'], name='guess_by_browser')],
            },
        ),
        migrations.CreateModel(
            name='VideoFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=255, verbose_name='title')),
                ('type', models.CharField(choices=[('audio', 'Audio file'), ('video', 'Video file')], max_length=255)),
                ('duration', models.FloatField(blank=True, default=0, help_text='Duration in seconds', validators=[django.core.validators.MinValueValidator(0)], verbose_name='duration')),
                ('width', models.PositiveIntegerField(blank=True, null=True, verbose_name='width')),
                ('height', models.PositiveIntegerField(blank=True, null=True, verbose_name='height')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('file', models.FileField(max_length=255, storage=video_pages.library.storage.protected_storage, upload_to=video_pages.library.models.name_source, verbose_name='file')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('source_version', models.PositiveIntegerField(default=1, editable=False)),
                ('original_filename', models.CharField(blank=True, editable=False, max_length=255, verbose_name='original file name')),
                ('size_bytes', models.PositiveBigIntegerField(default=0, editable=False, verbose_name='size')),
                ('sha256', models.CharField(blank=True, db_index=True, editable=False, max_length=64)),
                ('container', models.CharField(blank=True, editable=False, max_length=32)),
                ('video_codec', models.CharField(blank=True, editable=False, max_length=32)),
                ('audio_codec', models.CharField(blank=True, editable=False, max_length=32)),
                ('pixel_format', models.CharField(blank=True, editable=False, max_length=32)),
                ('frame_rate', models.FloatField(editable=False, null=True)),
                ('still', models.TextField(blank=True, editable=False, help_text='A data: address of at most 16x9 pixels.')),
                ('poster_version', models.PositiveIntegerField(editable=False, null=True)),
                ('poster_is_chosen', models.BooleanField(default=False, editable=False)),
                ('facts', models.JSONField(blank=True, default=dict, editable=False, help_text='All results of the probe.')),
                ('package', models.CharField(blank=True, editable=False, help_text="The live renditions' folder.", max_length=12)),
                ('package_version', models.PositiveIntegerField(editable=False, help_text='The source it was made of.', null=True)),
                ('progressive_name', models.CharField(blank=True, editable=False, help_text='The MP4 that every browser plays.', max_length=255)),
                ('has_storyboard', models.BooleanField(default=False, editable=False)),
                ('has_alternate_audio', models.BooleanField(default=False, editable=False)),
                ('frame_count', models.PositiveSmallIntegerField(default=0, editable=False, help_text='Frames to choose from.')),
                ('chapters', models.JSONField(blank=True, default=list, editable=False, help_text='Those that the file came with.')),
                ('awaits_page_until', models.DateTimeField(db_index=True, editable=False, help_text='Uploaded for a page that is not there yet.', null=True)),
                ('collection', models.ForeignKey(default=wagtail.models.media.get_root_collection_id, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='wagtailcore.collection', verbose_name='collection')),
                ('tags', taggit.managers.TaggableManager(blank=True, help_text=None, through='taggit.TaggedItem', to='taggit.Tag', verbose_name='tags')),
                ('uploaded_by_user', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL, verbose_name='uploaded by user')),
            ],
            options={
                'verbose_name': 'video file',
                'verbose_name_plural': 'video files',
            },
            bases=(modelsearch.index.Indexed, models.Model),
        ),
        migrations.CreateModel(
            name='TextTrack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('subtitles', 'Subtitles'), ('captions', 'Captions'), ('descriptions', 'Descriptions')], default='subtitles', max_length=16, verbose_name='kind')),
                ('language', models.CharField(help_text='As en, de or pt-BR.', max_length=35, verbose_name='language')),
                ('label', models.CharField(help_text="The name in the player's menu, such as English.", max_length=120, verbose_name='name')),
                ('is_default', models.BooleanField(default=False, help_text='Until the viewer chooses otherwise.', verbose_name='shown from the start')),
                ('is_hidden', models.BooleanField(db_default=False, default=False, help_text='The player does not offer it, and viewers cannot load it.', verbose_name='hidden from viewers')),
                ('repaired_times', models.PositiveIntegerField(db_default=0, default=0, editable=False, help_text='How many lines with times the parser repaired.')),
                ('has_guessed_letters', models.BooleanField(db_default=False, default=False, editable=False, help_text='It was not UTF-8; the encoding was guessed.')),
                ('origin', models.CharField(choices=[('embedded', 'From the video file'), ('uploaded', 'Uploaded')], default='uploaded', editable=False, max_length=16)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('video_file', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='text_tracks', to='video_pages.videofile')),
            ],
            options={
                'verbose_name': 'text track',
                'verbose_name_plural': 'text tracks',
                'ordering': ['language', 'kind', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Rendition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('package', models.CharField(max_length=12)),
                ('kind', models.CharField(choices=[('video', 'Picture'), ('audio', 'Sound'), ('progressive', 'Progressive')], max_length=16)),
                ('name', models.CharField(help_text='As 1080p, source, audio-1, film.', max_length=40)),
                ('is_copy', models.BooleanField(default=False, help_text='The pictures are those of the source, not encoded anew.')),
                ('codecs', models.CharField(blank=True, help_text='As RFC 6381 writes them.', max_length=80)),
                ('width', models.PositiveIntegerField(null=True)),
                ('height', models.PositiveIntegerField(null=True)),
                ('frame_rate', models.FloatField(null=True)),
                ('bandwidth', models.PositiveIntegerField(default=0, help_text='Bits per second of the largest segment.')),
                ('average_bandwidth', models.PositiveIntegerField(default=0, help_text='Bits per second.')),
                ('size_bytes', models.PositiveBigIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('language', models.CharField(blank=True, help_text='A BCP 47 tag.', max_length=35)),
                ('label', models.CharField(blank=True, max_length=120)),
                ('is_default', models.BooleanField(default=False)),
                ('video_file', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='renditions', to='video_pages.videofile')),
            ],
            options={
                'verbose_name': 'rendition',
                'verbose_name_plural': 'renditions',
                'ordering': ['-height', 'kind', 'name'],
            },
        ),
        migrations.CreateModel(
            name='ProcessingJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source_version', models.PositiveIntegerField(help_text='The version of the source this job is about.')),
                ('state', models.CharField(choices=[('queued', 'Waiting'), ('processing', 'Being processed'), ('ready', 'Ready'), ('refused', 'Refused'), ('failed', 'Failed')], default='queued', max_length=16)),
                ('step', models.CharField(blank=True, choices=[('probe', 'Reading the file'), ('poster', 'Taking a poster frame'), ('package', 'Making it playable'), ('ladder', 'Making every size'), ('storyboard', 'Drawing preview pictures'), ('text', 'Reading subtitles')], default='', max_length=16)),
                ('progress', models.PositiveSmallIntegerField(default=0, help_text='Percent.')),
                ('attempt', models.PositiveSmallIntegerField(default=0)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('worker', models.CharField(blank=True, default='', max_length=120)),
                ('reason', models.TextField(blank=True, default='', help_text='The message for editors: why it was refused or failed, or which parts are left out.')),
                ('failure', models.CharField(blank=True, choices=[('missing_source', 'The file is missing from the library')], db_default='', default='', max_length=16)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('not_before', models.DateTimeField(blank=True, help_text='When the next try may begin.', null=True)),
                ('delivered_at', models.DateTimeField(blank=True, help_text='When its id was last queued.', null=True)),
                ('video_file', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='job', to='video_pages.videofile')),
            ],
            options={
                'verbose_name': 'processing job',
                'verbose_name_plural': 'processing jobs',
            },
        ),
        migrations.CreateModel(
            name='VideoIndexPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('password_hash', video_pages.access.fields.KeptCharField(blank=True, default='', editable=False, max_length=255, serialize=False)),
                ('password_changed_at', video_pages.access.fields.KeptDateTimeField(blank=True, editable=False, null=True, serialize=False)),
                ('access_minutes', video_pages.access.fields.KeptPositiveIntegerField(blank=True, editable=False, null=True, serialize=False)),
                ('access_until', video_pages.access.fields.KeptDateTimeField(blank=True, editable=False, null=True, serialize=False)),
                ('listed', video_pages.access.fields.KeptCharField(choices=[('everywhere', 'Everywhere'), ('unlocked', 'Only to those who have unlocked it'), ('nowhere', 'Nowhere: only those who have its address find it')], db_default='everywhere', default='everywhere', editable=False, max_length=10, serialize=False)),
                ('intro', wagtail.fields.RichTextField(blank=True, help_text='Shown to everyone, also while the section is locked.', verbose_name='introduction')),
                ('order', models.CharField(choices=[('arranged', 'As arranged under Pages'), ('newest', 'Newest first'), ('title', 'By title')], db_default='arranged', default='arranged', help_text='Drag the films into order in the list of pages below this section.', max_length=10, verbose_name='order of the films')),
                ('collection', video_pages.access.fields.KeptForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', serialize=False, to='wagtailcore.collection')),
            ],
            options={
                'verbose_name': 'section',
                'verbose_name_plural': 'sections',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='ResumableUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(default=video_pages.uploads.models.new_token, editable=False, max_length=64, unique=True)),
                ('filename', models.CharField(max_length=255, verbose_name='file name')),
                ('title', models.CharField(blank=True, max_length=255, verbose_name='title')),
                ('fingerprint', models.CharField(blank=True, help_text='The key by which the browser finds the chosen file again.', max_length=64)),
                ('metadata', models.TextField(blank=True, help_text='The Upload-Metadata header, as the client announced it.')),
                ('size_bytes', models.PositiveBigIntegerField(verbose_name='size')),
                ('offset_bytes', models.PositiveBigIntegerField(default=0)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('touched_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, help_text='When bytes last arrived.')),
                ('refusal', models.TextField(blank=True, help_text='Why the finished file was not taken.')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('replaces', models.ForeignKey(blank=True, help_text='The video file whose source this is to take the place of.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='video_pages.videofile')),
                ('video_file', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='arrived_by', to='video_pages.videofile')),
                ('section', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='video_pages.videoindexpage')),
            ],
            options={
                'verbose_name': 'resumable upload',
                'verbose_name_plural': 'resumable uploads',
            },
        ),
        migrations.CreateModel(
            name='DailyReach',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(db_index=True)),
                ('unique_viewers', models.PositiveIntegerField(default=0)),
                ('section', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='video_pages.videoindexpage')),
            ],
        ),
        migrations.CreateModel(
            name='VideoPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('password_hash', video_pages.access.fields.KeptCharField(blank=True, default='', editable=False, max_length=255, serialize=False)),
                ('password_changed_at', video_pages.access.fields.KeptDateTimeField(blank=True, editable=False, null=True, serialize=False)),
                ('access_minutes', video_pages.access.fields.KeptPositiveIntegerField(blank=True, editable=False, null=True, serialize=False)),
                ('access_until', video_pages.access.fields.KeptDateTimeField(blank=True, editable=False, null=True, serialize=False)),
                ('listed', video_pages.access.fields.KeptCharField(choices=[('everywhere', 'Everywhere'), ('unlocked', 'Only to those who have unlocked it'), ('nowhere', 'Nowhere: only those who have its address find it')], db_default='everywhere', default='everywhere', editable=False, max_length=10, serialize=False)),
                ('description', wagtail.fields.RichTextField(blank=True, verbose_name='description')),
                ('show_description', models.BooleanField(default=False, help_text='Otherwise it is part of the film: it shows only after the password.', verbose_name='show the description to everyone')),
                ('uuid', video_pages.access.fields.KeptUUIDField(default=uuid.uuid4, editable=False, serialize=False, unique=True)),
                ('open_to_everyone', video_pages.access.fields.KeptBooleanField(default=False, editable=False, serialize=False)),
                ('views', video_pages.access.fields.KeptPositiveIntegerField(default=0, editable=False, serialize=False, verbose_name='views')),
                ('publish_when_ready', video_pages.access.fields.KeptBooleanField(default=False, editable=False, serialize=False)),
                ('thumbnail', models.ForeignKey(blank=True, help_text='A picture that everyone may see, also without the password. Without one, lists show a blur.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='thumbnail')),
                ('video_file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='pages', to='video_pages.videofile', verbose_name='video file')),
            ],
            options={
                'verbose_name': 'video',
                'verbose_name_plural': 'videos',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='VideoChapter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sort_order', models.IntegerField(blank=True, editable=False, null=True)),
                ('start_seconds', models.PositiveIntegerField(help_text='As 1:02:30, 18:20 or seconds.', verbose_name='begins at')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('page', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='chapters', to='video_pages.videopage')),
            ],
            options={
                'verbose_name': 'chapter',
                'verbose_name_plural': 'chapters',
                'ordering': ['sort_order'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='VideoAccessSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('session_key', models.CharField(help_text="SHA-256 of a random key in the browser's session, in hexadecimal.", max_length=64)),
                ('created_at', models.DateTimeField(verbose_name='since')),
                ('expires_at', models.DateTimeField(db_index=True, verbose_name='until')),
                ('network', models.CharField(blank=True, help_text='A part of the address: /24 or /48.', max_length=43, verbose_name='from')),
                ('browser_family', models.CharField(blank=True, max_length=40, verbose_name='browser')),
                ('section', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='access_sessions', to='video_pages.videoindexpage', verbose_name='section')),
                ('video', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='access_sessions', to='video_pages.videopage', verbose_name='video')),
            ],
            options={
                'verbose_name': 'open session',
                'verbose_name_plural': 'open sessions',
            },
        ),
        migrations.CreateModel(
            name='DailyStatistics',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(db_index=True)),
                ('views', models.PositiveIntegerField(default=0)),
                ('unique_viewers', models.PositiveIntegerField(default=0)),
                ('completed', models.PositiveIntegerField(default=0)),
                ('watch_seconds', models.PositiveBigIntegerField(default=0)),
                ('measured_views', models.PositiveIntegerField(default=0, help_text='Views with a watch report; averages and retention are of these.')),
                ('hundredths', models.PositiveBigIntegerField(default=0, help_text='The sum of the hundredths of those views.')),
                ('unlocks', models.PositiveIntegerField(default=0)),
                ('refused_guesses', models.PositiveIntegerField(default=0)),
                ('retention', models.JSONField(blank=True, default=list, help_text='Views by hundredth of the film: 100 counts.')),
                ('films', models.JSONField(blank=True, help_text='How far people watched each version of the film; see `watching`.', null=True)),
                ('film_views', models.JSONField(blank=True, help_text='Views by version of the film, also those without a watch report.', null=True)),
                ('devices', models.JSONField(blank=True, default=dict)),
                ('referrers', models.JSONField(blank=True, default=dict)),
                ('section', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='daily_statistics', to='video_pages.videoindexpage')),
                ('video', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='daily_statistics', to='video_pages.videopage')),
            ],
            options={
                'db_table': 'video_pages_dailyfigures',
            },
        ),
        migrations.CreateModel(
            name='AccessEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('unlock', 'Unlock'), ('refused', 'Refused guess')], max_length=8)),
                ('happened_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('section', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='access_events', to='video_pages.videoindexpage')),
                ('video', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='access_events', to='video_pages.videopage')),
            ],
        ),
        migrations.CreateModel(
            name='VideoPageTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content_object', modelcluster.fields.ParentalKey(on_delete=django.db.models.deletion.CASCADE, related_name='tagged_items', to='video_pages.videopage')),
                ('tag', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(app_label)s_%(class)s_items', to='taggit.tag')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='videopage',
            name='tags',
            field=modelcluster.contrib.taggit.ClusterTaggableManager(blank=True, help_text="For finding videos in the admin; visitors don't see them.", through='video_pages.VideoPageTag', to='taggit.Tag', verbose_name='tags'),
        ),
        migrations.CreateModel(
            name='VideoView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('access_ref', models.CharField(max_length=80, verbose_name='access')),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='started at')),
                ('viewer', models.CharField(blank=True, help_text='A digest that is salted anew each day.', max_length=32)),
                ('device', models.CharField(blank=True, choices=[('computer', 'Computer'), ('phone', 'Phone'), ('tablet', 'Tablet'), ('tv', 'Television'), ('other', 'Other')], max_length=8)),
                ('referrer_host', models.CharField(blank=True, max_length=120)),
                ('watch_seconds', models.PositiveIntegerField(default=0, verbose_name='watched (seconds)')),
                ('watched', models.CharField(blank=True, help_text='The hundredths of the film that were played: 100 bits in hexadecimal.', max_length=25)),
                ('hundredths', models.PositiveSmallIntegerField(default=0, help_text='How many of them: 100 is the whole film.')),
                ('film', models.CharField(blank=True, db_default='', default='', help_text='Which version was watched; see `watching`.', max_length=40)),
                ('is_completed', models.BooleanField(default=False)),
                ('last_report_at', models.DateTimeField(blank=True, db_column='last_beat_at', help_text='When the last watch report arrived.', null=True)),
                ('video', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='video_views', to='video_pages.videopage', verbose_name='video')),
            ],
            options={
                'verbose_name': 'view',
                'verbose_name_plural': 'views',
            },
        ),
        migrations.CreateModel(
            name='Cue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('start_ms', models.PositiveIntegerField()),
                ('end_ms', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('track', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cues', to='video_pages.texttrack')),
            ],
            options={
                'ordering': ['start_ms', 'pk'],
                'indexes': [models.Index(fields=['track', 'start_ms'], name='cue_track_start')],
                'constraints': [models.CheckConstraint(condition=models.Q(('end_ms__gt', models.F('start_ms'))), name='cue_ends_after_it_starts')],
            },
        ),
        migrations.AddConstraint(
            model_name='videofile',
            constraint=models.CheckConstraint(condition=models.Q(('type', 'video')), name='video_file_is_a_video'),
        ),
        migrations.AddConstraint(
            model_name='texttrack',
            constraint=models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('video_file',), name='one_default_text_track'),
        ),
        migrations.AddConstraint(
            model_name='rendition',
            constraint=models.UniqueConstraint(fields=('video_file', 'package', 'name'), name='rendition_name_in_package'),
        ),
        migrations.AddIndex(
            model_name='processingjob',
            index=models.Index(fields=['state', 'not_before'], name='job_state_not_before'),
        ),
        migrations.AddConstraint(
            model_name='processingjob',
            constraint=models.CheckConstraint(condition=models.Q(('progress__lte', 100)), name='job_progress_is_a_percentage'),
        ),
        migrations.AddIndex(
            model_name='resumableupload',
            index=models.Index(fields=['user', 'fingerprint'], name='upload_by_fingerprint'),
        ),
        migrations.AddConstraint(
            model_name='dailyreach',
            constraint=models.UniqueConstraint(fields=('section', 'day'), name='daily_reach_once_per_section'),
        ),
        migrations.AddConstraint(
            model_name='dailyreach',
            constraint=models.UniqueConstraint(condition=models.Q(('section', None)), fields=('day',), name='daily_reach_once_per_site'),
        ),
        migrations.AddConstraint(
            model_name='videoaccesssession',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('section__isnull', True), ('video__isnull', False)), models.Q(('section__isnull', False), ('video__isnull', True)), _connector='OR'), name='access_session_opens_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='videoaccesssession',
            constraint=models.UniqueConstraint(fields=('session_key', 'video'), name='access_session_once_per_video'),
        ),
        migrations.AddConstraint(
            model_name='videoaccesssession',
            constraint=models.UniqueConstraint(fields=('session_key', 'section'), name='access_session_once_per_section'),
        ),
        migrations.AddConstraint(
            model_name='dailystatistics',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('section__isnull', True), ('video__isnull', False)), models.Q(('section__isnull', False), ('video__isnull', True)), _connector='OR'), name='daily_figures_of_one_page'),
        ),
        migrations.AddConstraint(
            model_name='dailystatistics',
            constraint=models.UniqueConstraint(fields=('video', 'day'), name='daily_figures_once_per_video'),
        ),
        migrations.AddConstraint(
            model_name='dailystatistics',
            constraint=models.UniqueConstraint(fields=('section', 'day'), name='daily_figures_once_per_section'),
        ),
        migrations.AddConstraint(
            model_name='accessevent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('section__isnull', True), ('video__isnull', False)), models.Q(('section__isnull', False), ('video__isnull', True)), _connector='OR'), name='access_event_of_one_page'),
        ),
        migrations.AddIndex(
            model_name='videoview',
            index=models.Index(fields=['video', 'started_at'], name='views_of_a_video_by_time'),
        ),
        migrations.AddIndex(
            model_name='videoview',
            index=models.Index(fields=['started_at'], name='views_by_time'),
        ),
        migrations.AddConstraint(
            model_name='videoview',
            constraint=models.UniqueConstraint(fields=('video', 'access_ref'), name='one_view_per_access_and_video'),
        ),
    ]

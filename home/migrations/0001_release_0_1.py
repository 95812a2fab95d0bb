"""All tables of release 0.1.0. Sites that ran the migrations of its development are at this state already."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('home', '0001_initial'),
        ('home', '0003_look_and_words'),
    ]

    dependencies = [
        ('wagtailcore', '0098_apitoken'),
        ('wagtailimages', '0027_image_description'),
    ]

    operations = [
        migrations.CreateModel(
            name='HomePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('headline', models.CharField(default='Shown to the right people, and *nobody else.*', help_text='One sentence in large letters. Words between *asterisks* are set in italics.', max_length=120, verbose_name='headline')),
                ('intro', models.TextField(blank=True, default='Films, lectures and cuts in progress. Each opens with its own password.', help_text='One or two sentences under the headline.', verbose_name='introduction')),
                ('screen_image', models.ForeignKey(blank=True, help_text='Shown to everyone. Without one, the screen shows the newest film as its card does.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='picture on the screen')),
            ],
            options={
                'verbose_name': 'home page',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='SiteSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, help_text='Shown at the top of every page. Empty: the name in Settings, Sites.', max_length=60, verbose_name='name')),
                ('footer', models.CharField(blank=True, default='Passwords are given by the people who made the films. Ask them, not us.', help_text='Shown at the bottom of every page, for everyone.', max_length=200, verbose_name='line at the bottom')),
                ('colour', models.CharField(blank=True, help_text='For buttons and links. It is made darker or lighter until it can be read by day and by night.', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}\\Z', 'Write a colour as # and six digits or letters a to f.')], verbose_name='colour')),
                ('password_note', models.TextField(blank=True, help_text='Shown under the form: where people get the password, for example.', max_length=400, verbose_name='text on the password page')),
                ('contact', models.CharField(blank=True, help_text='An email address, a telephone number or a web address for people whose password does not work.', max_length=200, verbose_name='contact')),
                ('logo', models.ForeignKey(blank=True, help_text='Shown at the top of every page, in place of the name.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='logo')),
                ('site', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, to='wagtailcore.site')),
            ],
            options={
                'verbose_name': 'site appearance and texts',
            },
        ),
    ]

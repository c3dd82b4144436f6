# Written by hand: nothing was stored in these tables, so they are made anew.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('psychology', '0002_initial'),
        ('traces', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.DeleteModel(name='Item'),
        migrations.DeleteModel(name='Administration'),
        migrations.DeleteModel(name='Instrument'),
        migrations.CreateModel(
            name='Instrument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('version', models.CharField(max_length=40)),
                ('title', models.CharField(max_length=200)),
                ('licence', models.TextField()),
                ('definition', models.JSONField(default=dict)),
                ('made_from', models.CharField(blank=True, max_length=100)),
                ('licence_confirmed_at', models.DateTimeField(null=True)),
                ('key_confirmed_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('is_archived', models.BooleanField(default=False)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('key_confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('licence_confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='instruments', to='accounts.project')),
            ],
            options={
                'ordering': ['name', '-id'],
                'constraints': [models.UniqueConstraint(fields=('project', 'name', 'version'), name='one_instrument_per_version')],
            },
        ),
        migrations.CreateModel(
            name='Administration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seed', models.BigIntegerField(default=0)),
                ('given_at', models.DateTimeField(auto_now_add=True)),
                ('condition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='traces.condition')),
                ('instrument', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='administrations', to='psychology.instrument')),
                ('model', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='traces.languagemodel')),
                ('replies', models.ManyToManyField(related_name='administrations', to='traces.rollout')),
            ],
        ),
    ]

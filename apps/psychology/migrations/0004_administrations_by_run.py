# Written by hand: nothing was stored in this table, so it is made anew.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('psychology', '0003_instruments_hold_their_definition'),
        ('runs', '0004_judgements_and_figures'),
        ('traces', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.DeleteModel(name='Administration'),
        migrations.CreateModel(
            name='Administration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('task', models.CharField(blank=True, max_length=60)),
                ('given_at', models.DateTimeField(auto_now_add=True)),
                ('collection', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='administration', to='traces.collection')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('instrument', models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='administrations', to='psychology.instrument')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='administrations', to='accounts.project')),
                ('run', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='administration', to='runs.run')),
            ],
            options={
                'indexes': [models.Index(fields=['project', 'name'], name='administration_by_name')],
                'constraints': [models.CheckConstraint(condition=models.Q(('run__isnull', False), ('collection__isnull', False), _connector='OR'), name='administration_by_run_or_read_in')],
            },
        ),
    ]

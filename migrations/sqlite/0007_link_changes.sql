-- How often something has changed that decides what a tracking link stands for. The recorder remembers links for as long
-- as this number stays the same. Triggers count, so that nobody who changes something can forget to. PostgreSQL's recorder
-- has it checked by the statement that records.
create table link_changes (
    one    integer not null primary key check (one = 1),
    number integer not null
) strict;
insert into link_changes values (1, 0);

create trigger link_changed after update on links begin update link_changes set number = number + 1; end;
create trigger link_deleted after delete on links begin update link_changes set number = number + 1; end;
create trigger application_changed after update on applications begin update link_changes set number = number + 1; end;
create trigger application_deleted after delete on applications begin update link_changes set number = number + 1; end;
create trigger offer_changed after update on offers begin update link_changes set number = number + 1; end;
create trigger offer_deleted after delete on offers begin update link_changes set number = number + 1; end;
create trigger suspension_added after insert on suspensions begin update link_changes set number = number + 1; end;
create trigger suspension_changed after update on suspensions begin update link_changes set number = number + 1; end;
create trigger suspension_deleted after delete on suspensions begin update link_changes set number = number + 1; end;

"""The files of a report: pictures, one page for offline use, a document for print, and all of them in a package.

Everything is made of a report's content alone: nothing here knows the database, the network or the time.
"""
